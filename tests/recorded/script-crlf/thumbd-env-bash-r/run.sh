#!/usr/bin/env bash
export THUMB_DIR=/var/cache/thumbs
exec /thumbd "$@"
