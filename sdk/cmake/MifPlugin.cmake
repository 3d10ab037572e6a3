# SPDX-License-Identifier: Apache-2.0
# mif_add_plugin(NAME MANIFEST plugin.json SOURCES ... [LIBS ...] [FILES folder-or-file ...])
# Builds NAME.so with one exported symbol and stages NAME.plugin/ (the .so, plugin.json, FILES) in MIF_PLUGIN_STAGE, default
# <build>/plugins. FILES keep their name; a folder is copied whole.
set(MIF_PLUGIN_CMAKE_DIR "${CMAKE_CURRENT_LIST_DIR}")

function(mif_add_plugin name)
  cmake_parse_arguments(ARG "" "MANIFEST" "SOURCES;LIBS;FILES" ${ARGN})
  if(NOT MIF_PLUGIN_STAGE)
    set(MIF_PLUGIN_STAGE "${CMAKE_BINARY_DIR}/plugins")
  endif()
  set(bundle "${MIF_PLUGIN_STAGE}/${name}.plugin")
  set(stamp "${CMAKE_CURRENT_BINARY_DIR}/${name}.staged")
  cmake_path(ABSOLUTE_PATH ARG_MANIFEST BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  add_library(${name} MODULE ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE mif::sdk ${ARG_LIBS})
  target_compile_options(${name} PRIVATE -fvisibility=hidden -fvisibility-inlines-hidden -fno-gnu-unique)
  target_link_options(${name} PRIVATE "-Wl,--version-script=${MIF_PLUGIN_CMAKE_DIR}/plugin.map" -Wl,-z,relro -Wl,-z,now
                                      -Wl,-z,noexecstack)
  if(NOT MIF_SANITIZE)
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
  set_target_properties(${name} PROPERTIES PREFIX "" OUTPUT_NAME "${name}" LIBRARY_OUTPUT_DIRECTORY "${bundle}"
                        SKIP_BUILD_RPATH ON LINK_DEPENDS "${MIF_PLUGIN_CMAKE_DIR}/plugin.map;${ARG_MANIFEST};${stamp}")
  # New content makes an old seal void: plugin.json starts again as its author wrote it, without a signature.
  add_custom_command(TARGET ${name} POST_BUILD COMMAND "${CMAKE_COMMAND}" -E copy "${ARG_MANIFEST}" "${bundle}/plugin.json"
                     COMMAND "${CMAKE_COMMAND}" -E rm -f "${bundle}/plugin.sig" VERBATIM)
  set(stage_commands COMMAND "${CMAKE_COMMAND}" -E make_directory "${bundle}")
  set(stage_depends "")
  foreach(item ${ARG_FILES})
    set(from "${CMAKE_CURRENT_SOURCE_DIR}/${item}")
    if(IS_DIRECTORY "${from}")
      list(APPEND stage_commands COMMAND "${CMAKE_COMMAND}" -E rm -rf "${bundle}/${item}"
                                 COMMAND "${CMAKE_COMMAND}" -E copy_directory "${from}" "${bundle}/${item}")
      file(GLOB_RECURSE inside CONFIGURE_DEPENDS "${from}/*")
      list(APPEND stage_depends ${inside})
    else()
      list(APPEND stage_commands COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${from}" "${bundle}/${item}")
      list(APPEND stage_depends "${from}")
    endif()
  endforeach()
  add_custom_command(OUTPUT "${stamp}" ${stage_commands} COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
                     DEPENDS ${stage_depends} VERBATIM)
  add_custom_target(${name}-files DEPENDS "${stamp}")
  add_dependencies(${name} ${name}-files)  # building the plugin gives the whole bundle
  add_custom_target(${name}-bundle ALL DEPENDS ${name})
endfunction()
