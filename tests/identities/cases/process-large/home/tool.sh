printf '{"Version": 1, "AccessKeyId": "AKIAEXAMPLETOOL", "SecretAccessKey": "example-secret-of-tool", "Extra": "'
head -c 1000000 /dev/zero | tr "\0" a
printf '"}'
