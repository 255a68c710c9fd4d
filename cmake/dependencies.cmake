# Every third-party library, found once. docs/decisions says why each is here and which room may include it.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED)
# How many coroutine frames a thread of Asio's keeps for the next request. Of two, the default, nearly every
# frame of a request, which is some twenty deep, came from the allocator and went back to it.
add_compile_definitions(BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=24)
find_package(simdjson REQUIRED)
find_package(tl-expected REQUIRED)
if(TRILOGUE_TESTS OR TRILOGUE_BENCH)
  find_package(GTest REQUIRED)
endif()
if(TRILOGUE_LLAMA)
  include(llama)
endif()
