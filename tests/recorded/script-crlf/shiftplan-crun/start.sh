#!/bin/sh
exec shiftplan
