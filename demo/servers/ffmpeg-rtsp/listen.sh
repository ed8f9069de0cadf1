#!/bin/sh
# Plays what serve.sh or serve-pushed.sh serve, without a browser: the URL's answer is the PCM.
curl -sSN "${1:-http://127.0.0.1:8080/live}" |
	ffplay -hide_banner -loglevel warning -nodisp -autoexit -fflags nobuffer -f s32le -ar 48000 -ch_layout stereo -
