/// A place for what several test targets share.
