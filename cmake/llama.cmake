# The target `llama_engine`: a system llama.cpp where one is complete, else the pinned prebuilt libraries that
# tools/fetch_llama.sh put below TRILOGUE_LLAMA_DIR (lib/, include/, common/, vendor/). Only engine/llama links it.
set(TRILOGUE_LLAMA_DIR "${CMAKE_CURRENT_SOURCE_DIR}/build/llama-cpu" CACHE PATH
    "Where tools/fetch_llama.sh put the pinned llama.cpp")
option(TRILOGUE_SYSTEM_LLAMA "Take a system llama.cpp where it is complete" ON)
add_library(llama_engine INTERFACE)
set(llama_found "")

# Complete means: with the `common` library and its headers, and of a release that our calls compile against.
if(TRILOGUE_SYSTEM_LLAMA)
  find_package(llama QUIET)
  find_library(LLAMA_COMMON_LIBRARY llama-common)
  find_path(LLAMA_COMMON_INCLUDE chat.h PATH_SUFFIXES llama/common llama-common llama)
  mark_as_advanced(LLAMA_COMMON_LIBRARY LLAMA_COMMON_INCLUDE)
  if(TARGET llama AND LLAMA_COMMON_LIBRARY AND LLAMA_COMMON_INCLUDE)
    try_compile(LLAMA_SYSTEM_FITS "${CMAKE_BINARY_DIR}/llama_probe" "${CMAKE_CURRENT_LIST_DIR}/llama_probe.cpp"
                CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${LLAMA_COMMON_INCLUDE}"
                LINK_LIBRARIES llama "${LLAMA_COMMON_LIBRARY}" CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
    if(LLAMA_SYSTEM_FITS)
      target_include_directories(llama_engine SYSTEM INTERFACE "${LLAMA_COMMON_INCLUDE}")
      target_link_libraries(llama_engine INTERFACE "${LLAMA_COMMON_LIBRARY}" llama)
      set(llama_found "the system's (${LLAMA_COMMON_LIBRARY})")
    endif()
  endif()
endif()

# Makes the imported target NAME of the one library in the pinned lib/ whose file name matches REGEX.
function(pinned_library name regex)
  file(GLOB files "${TRILOGUE_LLAMA_DIR}/lib/*.so")
  list(FILTER files INCLUDE REGEX "/${regex}$")
  list(LENGTH files count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "llama.cpp is not in ${TRILOGUE_LLAMA_DIR} (${name}). "
                        "Run tools/fetch_llama.sh (make build does).")
  endif()
  add_library(${name} SHARED IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION "${files}")
  target_link_libraries(llama_engine INTERFACE ${name})
endfunction()

if(NOT llama_found)
  pinned_library(pinned_llama_common "libllama-common\\.so")
  pinned_library(pinned_llama "libllama\\.[^/]*\\.so")
  pinned_library(pinned_ggml "libggml\\.[^/]*\\.so")
  pinned_library(pinned_ggml_base "libggml-base\\.so")
  target_include_directories(llama_engine SYSTEM INTERFACE
    "${TRILOGUE_LLAMA_DIR}/include" "${TRILOGUE_LLAMA_DIR}/common" "${TRILOGUE_LLAMA_DIR}/vendor")
  set(llama_found "pinned (${TRILOGUE_LLAMA_DIR})")

  # The program finds its libraries beside itself, so that a build folder or an installed tree can be moved.
  # The compute backends (libggml-cpu-*.so, …) are found next to libllama at run time.
  file(RELATIVE_PATH from_build "${CMAKE_BINARY_DIR}" "${TRILOGUE_LLAMA_DIR}/lib")
  list(APPEND CMAKE_BUILD_RPATH "$ORIGIN/${from_build}")
  list(APPEND CMAKE_INSTALL_RPATH "$ORIGIN/../lib/trilogue")
  install(DIRECTORY "${TRILOGUE_LLAMA_DIR}/lib/" DESTINATION lib/trilogue FILES_MATCHING PATTERN "*.so")
  install(FILES "${TRILOGUE_LLAMA_DIR}/LICENSE" DESTINATION share/doc/trilogue RENAME LICENSE.llama.cpp OPTIONAL)
endif()
message(STATUS "llama.cpp: ${llama_found}")
