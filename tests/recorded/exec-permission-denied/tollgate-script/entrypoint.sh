#!/bin/sh
exec /tollgate "$@"
