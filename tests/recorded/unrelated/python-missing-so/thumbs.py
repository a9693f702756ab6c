import ctypes

print(ctypes.CDLL("libvips.so.42").vips_version(0))
