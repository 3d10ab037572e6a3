# SPDX-License-Identifier: Apache-2.0
# mif_embed(TARGET NAMESPACE ns HEADER header FILES ...): compiles text files into TARGET as `std::span<const EmbeddedFile>
# ns::embedded_files()`, declared in HEADER. A file is named by its path below BASE (default: the current source folder).
# Run with -P it writes the source itself.
if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  set(text "// Generated from the files it contains.\n#include <array>\n#include \"${HEADER}\"\nnamespace ${NAMESPACE} {\nnamespace {\nconstexpr std::array kFiles = {\n")
  foreach(file ${FILES})
    file(READ "${file}" content)
    file(RELATIVE_PATH name "${BASE}" "${file}")
    string(APPEND text "EmbeddedFile{\"${name}\", R\"embedded~(${content})embedded~\"},\n")
  endforeach()
  string(APPEND text "};\n}\nstd::span<const EmbeddedFile> embedded_files() { return kFiles; }\n}\n")
  file(WRITE "${OUT}" "${text}")
  return()
endif()

set(MIF_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(mif_embed target)
  cmake_parse_arguments(ARG "" "NAMESPACE;HEADER;BASE" "FILES" ${ARGN})
  if(NOT ARG_BASE)
    set(ARG_BASE "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${target}-embedded.cpp")
  add_custom_command(OUTPUT "${out}"
    COMMAND "${CMAKE_COMMAND}" "-DOUT=${out}" "-DNAMESPACE=${ARG_NAMESPACE}" "-DHEADER=${ARG_HEADER}" "-DBASE=${ARG_BASE}" "-DFILES=${ARG_FILES}" -P "${MIF_EMBED_SCRIPT}"
    DEPENDS ${ARG_FILES} "${MIF_EMBED_SCRIPT}" VERBATIM)
  target_sources(${target} PRIVATE "${out}")
endfunction()
