#include "CGnuplotIOStream.h"
