#!/bin/bash
# Colors a folder on a Slurm cluster with a shared file system:  bash slurm.sh SCANS OUT SHARDS
#
# Run so, it submits itself twice: as an array with a task for each shard, and as a last job behind it that does what is
# missing and tells whether all is done. Give options of your site (--partition, --account …) by SBATCH_PARTITION …
#SBATCH --job-name=photocolor
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=12:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=photocolor-%A_%a.log
set -euo pipefail
usage="usage: bash slurm.sh SCANS OUT SHARDS"
scans=${1:?$usage} out=${2:?$usage} shards=${3:?$usage}

if [ -z "${SLURM_JOB_ID:-}" ]; then
  array=$(sbatch --parsable --array="1-$shards" "$0" "$scans" "$out" "$shards")
  last=$(sbatch --parsable --array=1 --dependency="afterany:$array" "$0" "$scans" "$out" 1)
  echo "The array is job $array; job $last follows and says whether all is done: photocolor-${last}_1.log"
  exit
fi

code=0
srun photocolor restore "$scans" --out "$out" --device cpu --quiet --shard "$SLURM_ARRAY_TASK_ID/$shards" || code=$?
case $code in
  3) # some photos failed: they are named in this log, and trying again would not help
    if [ "$shards" != 1 ]; then code=0; fi ;;
  4 | 5) # storage or memory failed; a requeued task goes on where it stopped
    if [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
      sleep "${PHOTOCOLOR_REQUEUE_S:-60}"
      exec scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    fi ;;
esac
exit "$code"
