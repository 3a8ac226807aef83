#include "CLaminarSIMD.h"
