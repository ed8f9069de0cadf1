#!/bin/sh
# Pulls from server.sh and plays to browsers. More options: npx steadypcm serve --help
# UDP because server.sh knows nothing else; over other networks leave --input-args out: TCP loses nothing.
exec npx steadypcm serve live=rtsp://127.0.0.1:5544/live --input-args "-rtsp_transport udp" "$@"
