#include "CKernels.h"
#include <sleef.h>
void sm_tanh(float *values, size_t count) {
  for (size_t i = 0; i < count; ++i) values[i] = Sleef_tanhf_u10(values[i]);
}
