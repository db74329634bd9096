# SPDX-License-Identifier: ISC
# For Nix, from the sources that this file is in:
# nix-build -E '(import <nixpkgs> { }).callPackage ./docs/packaging { }'
{ lib, stdenv, pkg-config, alsa-lib, glib, libsmf, libsndfile, cmocka }:

stdenv.mkDerivation {
  pname = "sxlib";
  # The Makefile has it, and nothing else does.
  version = lib.head (builtins.match ".*\nVERSION +:= ([0-9.]+)\n.*"
    (builtins.readFile ../../Makefile));
  src = lib.cleanSourceWith {
    src = lib.cleanSource ../..;
    filter = path: type: baseNameOf path != "build";
  };

  nativeBuildInputs = [ pkg-config ];
  buildInputs = [ alsa-lib glib libsmf libsndfile ];
  checkInputs = [ cmocka ];
  makeFlags = [ "PREFIX=${placeholder "out"}" ];
  enableParallelBuilding = true;
  postPatch = "patchShebangs tests";

  doCheck = true;
  checkTarget = "check-unit";
  # libsmf is loaded when the first MIDI file is made, so no linker finds it.
  preCheck = "export LD_LIBRARY_PATH=${lib.makeLibraryPath [ libsmf ]}";
  postFixup = ''
    patchelf --add-rpath ${lib.makeLibraryPath [ libsmf ]} $out/bin/sxlib
  '';

  meta = {
    description = "Librarian for MIDI SysEx dumps on the command line";
    homepage = "https://sxlib.example/";
    license = lib.licenses.isc;
    platforms = lib.platforms.linux;
    mainProgram = "sxlib";
  };
}
