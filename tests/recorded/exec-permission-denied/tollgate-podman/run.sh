#!/bin/sh
exec /tollgate
