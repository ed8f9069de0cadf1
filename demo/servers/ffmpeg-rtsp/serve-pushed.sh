#!/bin/sh
# Plays to browsers what is pushed to rtsp://127.0.0.1:8554/live, without an RTSP server: ffmpeg takes the push
# itself, one at a time, and listens again when it has ended.
exec npx steadypcm serve live=rtsp://127.0.0.1:8554/live --keep-open --input-args "-rtsp_flags listen" "$@"
