#ifndef CKERNELS_H
#define CKERNELS_H
#include <stddef.h>
void sm_tanh(float *values, size_t count);
#endif
