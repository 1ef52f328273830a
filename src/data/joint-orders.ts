/**
 * The names that each system's code gives the 18 joints, in the order of the annotation files.
 *
 * All systems read the same columns; they do not agree on who is who among the last four. Def-GAN's and PG2's code calls
 * the eyes and ears at 14–17 left, right, left, right. Those who made Vari-UNet's files out of the same annotations call
 * them right, left, right, left, as the detector does. Only Vari-UNet's and Def-GAN's stick figures are coloured by it.
 *
 * Sources: AliaksandrSiarohin/pose-gan, `pose_utils.py`; CVPR19-anonymous/pose_transfer_test_code,
 * `VUNet/create_pickle.py`.
 */

/** Def-GAN's labels. */
export const defganJoints = ['nose','neck','Rsho','Relb','Rwri','Lsho','Lelb','Lwri','Rhip','Rkne','Rank','Lhip','Lkne','Lank','Leye','Reye','Lear','Rear'] as const; // prettier-ignore

/** Vari-UNet's joint order. */
export const variunetJoints = ['cnose','cneck','rshoulder','relbow','rwrist','lshoulder','lelbow','lwrist','rhip','rknee','rankle','lhip','lknee','lankle','reye','leye','rear','lear'] as const; // prettier-ignore

/** A joint of Def-GAN's, or of Vari-UNet's, by name. */
export type DefganJoint = (typeof defganJoints)[number];
export type VariunetJoint = (typeof variunetJoints)[number];

/** A function from a system's joint names to places in an array of key points. */
export const placesIn =
  <const Name extends string>(order: readonly Name[]) =>
  (name: Name): number =>
    order.indexOf(name);
