// Prints an HTTPS URL with a credential for the repository of a codecommit URL, from the AWS keys in the environment.
//
//   AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… node credential.js codecommit::eu-west-1://MyRepo

import { endpoint, remoteUrl, signing } from "./generated/codecommit-policy.js";

const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_DEFAULT_REGION, AWS_REGION } = process.env;

try {
  const remote = remoteUrl.parse(process.argv[2] ?? "");
  const region = endpoint.chooseRegion({ url: remote.region, awsDefaultRegion: AWS_DEFAULT_REGION, awsRegion: AWS_REGION });
  const place = endpoint.resolve(region.name, remote.repository, { fips: false, extraRegions: [] });
  const keys = {
    accessKeyId: AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
    sessionToken: AWS_SESSION_TOKEN,
  };
  console.log(signing.authenticatedUrl(place, signing.sign(place, keys)));
} catch (error) {
  // A refusal is the payload of the error: what is wrong, and what to type.
  const refusal = error.payload;
  if (refusal === undefined) throw error;
  console.error(refusal.message);
  if (refusal.hint !== undefined) console.error(`hint: ${refusal.hint}`);
  process.exitCode = 1;
}
