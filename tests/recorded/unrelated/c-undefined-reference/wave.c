#include <math.h>
#include <stdio.h>
int main(int argc, char **argv) { printf("%f\n", sin(argc)); return 0; }
