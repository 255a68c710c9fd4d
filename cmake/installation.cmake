# `cmake --install BUILD --prefix DIR` makes a tree that can be moved: bin/trilogue, lib/trilogue (llama.cpp and its
# compute backends, see llama.cmake) and share/trilogue (the bundled model).
if(TARGET trilogue)
  install(TARGETS trilogue RUNTIME DESTINATION bin)
endif()
file(GLOB bundled_models "${PROJECT_SOURCE_DIR}/models/*.gguf")
if(bundled_models)
  install(FILES ${bundled_models} DESTINATION share/trilogue)
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/console/THIRD_PARTY.txt" DESTINATION share/doc/trilogue)
