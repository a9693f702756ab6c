#!/bin/sh
set -e
echo "waiting for the database"
exec /usr/bin/shiftplan
