import {
  closeMainSBuckets,
  closeSBuckets,
  openMainSBuckets,
  openSBuckets,
  purgeMainSBuckets,
  purgeSBuckets,
  secrets,
} from "../features/secrets/secrets.js";

export const scope = {
  $sec: secrets,
  "ow.sec.openSBuckets": openSBuckets,
  "ow.sec.closeSBuckets": closeSBuckets,
  "ow.sec.purgeSBuckets": purgeSBuckets,
  "ow.sec.openMainSBuckets": openMainSBuckets,
  "ow.sec.closeMainSBuckets": closeMainSBuckets,
  "ow.sec.purgeMainSBuckets": purgeMainSBuckets,
};
