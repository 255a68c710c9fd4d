# `cmake --install BUILD --prefix DIR` makes a tree that can be moved: bin/trilogue, lib/trilogue (llama.cpp and its
# compute backends, see llama.cmake), share/trilogue (the bundled model) and lib/systemd/system (the unit, which names
# the program where it was installed).
if(TARGET trilogue)
  install(TARGETS trilogue RUNTIME DESTINATION bin)
endif()
file(GLOB bundled_models "${PROJECT_SOURCE_DIR}/models/*.gguf")
if(bundled_models)
  install(FILES ${bundled_models} DESTINATION share/trilogue)
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/console/THIRD_PARTY.txt" DESTINATION share/doc/trilogue)
install(FILES "${PROJECT_SOURCE_DIR}/docs/operations.md" DESTINATION share/doc/trilogue)
install(CODE "
  get_filename_component(prefix \"\${CMAKE_INSTALL_PREFIX}\" ABSOLUTE)
  file(READ \"${PROJECT_SOURCE_DIR}/packaging/trilogue.service\" unit)
  string(REPLACE \"/usr/local/\" \"\${prefix}/\" unit \"\${unit}\")
  file(WRITE \"${PROJECT_BINARY_DIR}/trilogue.service\" \"\${unit}\")")
install(FILES "${PROJECT_BINARY_DIR}/trilogue.service" DESTINATION lib/systemd/system)
