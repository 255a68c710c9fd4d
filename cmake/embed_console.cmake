# cmake -DDIST=console/dist -DOUTPUT=console_files.cpp -P embed_console.cmake
# Writes the files of DIST as C++: their paths below /console, types, entity tags and bytes.
cmake_minimum_required(VERSION 3.25)

set(type_html "text/html; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_svg "image/svg+xml")
set(type_woff2 "font/woff2")

file(GLOB names RELATIVE "${DIST}" "${DIST}/*")
list(SORT names)
if(NOT "index.html" IN_LIST names)
  message(FATAL_ERROR "${DIST} holds no built console (cd console && npm ci && npm run build)")
endif()

set(literals "")
set(rows "")
set(number 0)
foreach(name IN LISTS names)
  get_filename_component(extension "${name}" LAST_EXT)
  string(SUBSTRING "${extension}" 1 -1 extension)
  if(NOT DEFINED type_${extension})
    message(FATAL_ERROR "console/dist/${name}: no content type is known for .${extension}")
  endif()
  set(path "/console/${name}")
  if(name STREQUAL "index.html")
    set(path "/console")
  endif()
  file(SHA256 "${DIST}/${name}" digest)
  string(SUBSTRING "${digest}" 0 32 tag)
  file(READ "${DIST}/${name}" bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
  string(APPEND literals "constexpr std::string_view kFile${number}(\"${bytes}\", ${size});\n")
  string(APPEND rows "    {\"${path}\", \"${type_${extension}}\", \"\\\"${tag}\\\"\", kFile${number}},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE "${OUTPUT}" "// Made from console/dist by cmake/embed_console.cmake.
#include \"serve/console_files.h\"

namespace trilogue::serve {
namespace {

${literals}
constexpr ConsoleFile kFiles[] = {
${rows}};

}  // namespace

std::span<const ConsoleFile> console_files() {
  return kFiles;
}

}  // namespace trilogue::serve
")
