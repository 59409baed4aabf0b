"""Reads the compiler's index store: which file defines a symbol, and which files name it.

The interface is that of libIndexStore (llvm-project, clang/tools/libIndexStore), called through ctypes.
"""

import ctypes
import os
import shutil

ROLE_DEFINITION = 1 << 1
ROLE_REFERENCE = 1 << 2
DEPENDENCY_IS_RECORD = 2


class Text(ctypes.Structure):
    """`indexstore_string_ref_t`: bytes with a length, not ended by NUL."""

    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.data, self.length).decode() if self.length else ""


Visit = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)
VisitText = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, Text)

POINTER, TEXT = ctypes.c_void_p, Text
SIGNATURES = {
    "store_create": (POINTER, [ctypes.c_char_p, POINTER]),
    "store_units_apply_f": (ctypes.c_bool, [POINTER, ctypes.c_uint, POINTER, VisitText]),
    "unit_reader_create": (POINTER, [POINTER, ctypes.c_char_p, POINTER]),
    "unit_reader_dispose": (None, [POINTER]),
    "unit_reader_is_system_unit": (ctypes.c_bool, [POINTER]),
    "unit_reader_get_main_file": (TEXT, [POINTER]),
    "unit_reader_dependencies_apply_f": (ctypes.c_bool, [POINTER, POINTER, Visit]),
    "unit_dependency_get_kind": (ctypes.c_int, [POINTER]),
    "unit_dependency_get_name": (TEXT, [POINTER]),
    "unit_dependency_get_filepath": (TEXT, [POINTER]),
    "record_reader_create": (POINTER, [POINTER, ctypes.c_char_p, POINTER]),
    "record_reader_dispose": (None, [POINTER]),
    "record_reader_occurrences_apply_f": (ctypes.c_bool, [POINTER, POINTER, Visit]),
    "occurrence_get_symbol": (POINTER, [POINTER]),
    "occurrence_get_roles": (ctypes.c_uint64, [POINTER]),
    "occurrence_get_line_col": (None, [POINTER, POINTER, POINTER]),
    "symbol_get_usr": (TEXT, [POINTER]),
    "symbol_get_name": (TEXT, [POINTER]),
}


class IndexStore:
    """The index that `swift build` keeps of a debug build."""

    def __init__(self, path):
        toolchain = os.path.dirname(os.path.dirname(os.path.realpath(shutil.which("swift"))))
        library = ctypes.CDLL(os.path.join(toolchain, "lib", "libIndexStore.so"))
        for name, (result, arguments) in SIGNATURES.items():
            function = getattr(library, "indexstore_" + name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)
        self.store = self.store_create(path.encode(), None)
        if not self.store:
            raise OSError(f"{path} is not an index store; run: swift build --build-tests")

    def files(self, below):
        """Yields (file, record) of each Swift file below the folder that exists now."""
        names = []
        self.store_units_apply_f(self.store, 1, None, VisitText(lambda _, name: not names.append(str(name))))
        for name in names:
            unit = self.unit_reader_create(self.store, name.encode(), None)
            if not unit:
                continue
            found = []

            def note(_, dependency):
                if self.unit_dependency_get_kind(dependency) == DEPENDENCY_IS_RECORD:
                    record = str(self.unit_dependency_get_name(dependency))
                    found.append((str(self.unit_dependency_get_filepath(dependency)), record))
                return True

            if not self.unit_reader_is_system_unit(unit):
                self.unit_reader_dependencies_apply_f(unit, None, Visit(note))
            self.unit_reader_dispose(unit)
            for file, record in found:
                if file.startswith(below) and file.endswith(".swift") and os.path.exists(file):
                    yield file, record

    def occurrences(self, record):
        """Yields (symbol's id, its name, roles, line) of a record."""
        reader = self.record_reader_create(self.store, record.encode(), None)
        if not reader:
            return []
        found = []
        line, column = ctypes.c_uint(), ctypes.c_uint()

        def note(_, occurrence):
            symbol = self.occurrence_get_symbol(occurrence)
            self.occurrence_get_line_col(occurrence, ctypes.byref(line), ctypes.byref(column))
            found.append((
                str(self.symbol_get_usr(symbol)), str(self.symbol_get_name(symbol)),
                self.occurrence_get_roles(occurrence), line.value,
            ))
            return True

        self.record_reader_occurrences_apply_f(reader, None, Visit(note))
        self.record_reader_dispose(reader)
        return found
