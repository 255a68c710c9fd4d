# trilogue_room(NAME [DEPENDS rooms...] [LINK libraries...] [PRIVATE_LINK libraries...] [EXCLUDE regexes...]
#               [TEST_PROPERTIES name value...])
# Makes the static library `trilogue_NAME` from every *.cpp below this folder, and from every *_test.cpp
# the test program `NAME_test`, known to ctest case by case under the label `unit`.
include(GoogleTest)

function(trilogue_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;LINK;PRIVATE_LINK;EXCLUDE;TEST_PROPERTIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  foreach(pattern IN LISTS ROOM_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${pattern}")
  endforeach()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(TRANSFORM ROOM_DEPENDS PREPEND trilogue_)

  if(sources)
    add_library(trilogue_${name} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(trilogue_${name} PRIVATE trilogue_warnings ${ROOM_PRIVATE_LINK})
  else()
    add_library(trilogue_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(trilogue_${name} ${scope} "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(trilogue_${name} ${scope} ${ROOM_DEPENDS} ${ROOM_LINK})

  if(TRILOGUE_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE trilogue_${name} trilogue_warnings ${ROOM_PRIVATE_LINK}
                          GTest::gtest GTest::gmock GTest::gtest_main)
    target_compile_options(${name}_test PRIVATE -O0)  # what is tested is the room as it ships; the tests only compile sooner
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                         WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
                         PROPERTIES LABELS unit TIMEOUT 300 ${ROOM_TEST_PROPERTIES})
  endif()
endfunction()
