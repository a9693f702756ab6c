# start mosaic
export MOSAIC_TILE=256
exec /bin/mosaic
