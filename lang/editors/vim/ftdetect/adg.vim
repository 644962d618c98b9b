autocmd BufNewFile,BufRead *.adg setfiletype adg
