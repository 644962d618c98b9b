if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=#\ %s
setlocal comments=:#
let b:undo_ftplugin = 'setlocal commentstring< comments<'

" :make compiles the file, and its errors are listed.
if !exists('current_compiler')
  setlocal makeprg=adacc\ -q\ %:S
  setlocal errorformat=%f:%l:%c:\ %trror[E%n]:\ %m,%f:%l:%c:\ %tarning[E%n]:\ %m,%-G%.%#
  let b:undo_ftplugin .= ' makeprg< errorformat<'
endif
