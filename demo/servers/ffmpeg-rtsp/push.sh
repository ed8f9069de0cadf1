#!/bin/sh
# Pushes sound to server.sh, or to what PUSH_URL names. Usage: push.sh [opus|aac|pcm [input arguments of ffmpeg]]
#   push.sh                             two tones, as Opus
#   push.sh aac                         the same, as AAC
#   push.sh opus -f alsa -i default     the microphone
set -eu
codec=${1:-opus}
if [ $# -gt 1 ]; then
	shift
else
	set -- -re -f lavfi -i 'aevalsrc=0.3*sin(2*PI*440*t)|0.3*sin(2*PI*660*t):s=48000'
fi
case $codec in
	opus) encoder='-c:a libopus -application lowdelay -frame_duration 20 -b:a 96k -ar 48000' ;;
	# Not at 16 kHz: the frame of 1024 samples would last 64 ms.
	aac) encoder='-c:a aac -b:a 128k -ar 48000' ;;
	pcm) encoder='-c:a pcm_s16be -ar 16000' ;;
	*)
		echo "Expected opus, aac or pcm, got \"$codec\"." >&2
		exit 1
		;;
esac
# -muxdelay 0: no frame waits for others to fill a packet.
# shellcheck disable=SC2086 # the encoder's words are words
exec ffmpeg -hide_banner -nostdin -loglevel warning "$@" $encoder -ac 2 -muxdelay 0 \
	-f rtsp -rtsp_transport udp "${PUSH_URL:-rtsp://127.0.0.1:5545/live}"
