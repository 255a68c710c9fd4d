# mold links a test program in a fraction of the time; the system's linker does where it is missing.
find_program(TRILOGUE_MOLD mold)
mark_as_advanced(TRILOGUE_MOLD)
if(TRILOGUE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
