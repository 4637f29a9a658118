// oneDNN's matrix product, and the switch for the threads that it starts by itself.

#include <oneapi/dnnl/dnnl.h>

/// OpenMP: how many threads a product may use that is called from this thread.
void omp_set_num_threads(int count);
