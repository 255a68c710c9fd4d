# trilogue_console(TARGET): compiles the console's page, console/dist, into TARGET as what serve/console_files.h declares.
# Needs CMake alone: dist is in the repository (docs/decisions/0060). Done again when one of its files changes.
set(TRILOGUE_CONSOLE_EMBED "${CMAKE_CURRENT_LIST_DIR}/embed_console.cmake")

function(trilogue_console target)
  set(dist "${PROJECT_SOURCE_DIR}/console/dist")
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/console_files.cpp")
  file(GLOB files CONFIGURE_DEPENDS "${dist}/*")
  add_custom_command(
    OUTPUT "${generated}"
    COMMAND "${CMAKE_COMMAND}" "-DDIST=${dist}" "-DOUTPUT=${generated}" -P "${TRILOGUE_CONSOLE_EMBED}"
    DEPENDS ${files} "${TRILOGUE_CONSOLE_EMBED}"
    COMMENT "Embedding the console"
    VERBATIM)
  target_sources(${target} PRIVATE "${generated}")
  # A file is one literal, however long it is.
  set_source_files_properties("${generated}" PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
endfunction()
