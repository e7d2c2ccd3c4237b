"""Makes a user in a running moto, who may assume one role, and prints the user's keys as JSON.

Three requests: from the fourth on, moto checks signatures and policies, where it is started with INITIAL_NO_AUTH_ACTION_COUNT=3.
"""

import json
import sys

import botocore.session

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::123456789012:role/deploy"}],
}


def main():
    [address] = sys.argv[1:]
    session = botocore.session.Session()
    iam = session.create_client(
        "iam", region_name="us-east-1", endpoint_url=address, aws_access_key_id="any", aws_secret_access_key="any"
    )
    iam.create_user(UserName="alice")
    iam.put_user_policy(UserName="alice", PolicyName="deploy", PolicyDocument=json.dumps(POLICY))
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    print(json.dumps({"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}))


if __name__ == "__main__":
    main()
