lib_sources +=
