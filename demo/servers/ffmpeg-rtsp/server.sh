#!/bin/sh
# An RTSP server: pushed to on port 5545, pulled from on port 5544, on this machine only. Over UDP: it relays no
# sound that is pushed or pulled over TCP.
exec rtsp-server-perl --serverport 5545 --clientport 5544 \
	--source_listen_address 127.0.0.1 --client_listen_address 127.0.0.1
