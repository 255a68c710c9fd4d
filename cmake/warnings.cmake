# Warnings are errors in our own code; third-party headers come in as SYSTEM.
add_library(trilogue_warnings INTERFACE)
target_compile_options(trilogue_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives of these inside optimised standard containers and coroutines.
  target_compile_options(trilogue_warnings INTERFACE
    -Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread
    -Wno-mismatched-new-delete)
endif()
