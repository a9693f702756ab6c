#include <math.h>
double grid_len(double v) { return cbrt(v) + lgamma(v); }
