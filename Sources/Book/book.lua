-- Joins pages that link to each other's files into one document: every page becomes a chapter, and its links lead to
-- chapters.

local chapters = {} -- the identifier of each page's chapter, by the page's path

-- `a/b/../c` as `a/c`.
local function normalised(path)
  local parts = {}
  for part in path:gmatch('[^/]+') do
    if part == '..' then table.remove(parts) elseif part ~= '.' then table.insert(parts, part) end
  end
  return table.concat(parts, '/')
end

-- A lesson's chapter has the identifier `lesson-05`, any other that of its title.
local function name_chapters(document)
  local pages, titles = PANDOC_STATE.input_files, 0
  for _, block in ipairs(document.blocks) do
    if block.t == 'Header' and block.level == 1 then
      titles = titles + 1
      block.identifier = block.identifier:match('^lesson%-%d+') or block.identifier
      if titles <= #pages then chapters[pages[titles]] = block.identifier end
    end
  end
  if titles ~= #pages then
    error('Each page needs one title: there are ' .. #pages .. ' pages and ' .. titles .. ' titles.')
  end
  return document
end

-- A file that is no chapter is not in the book: its name stays, without a link.
local function lead_to_chapters(link)
  if link.target:match('^%a+:') then return nil end
  local chapter = chapters[normalised(link.target:match('^[^#]*'))]
  if not chapter then return link.content end
  link.target = '#' .. chapter
  return link
end

-- A list of claims is known by its sign.
local function mark_claims(list)
  local first = pandoc.utils.stringify(list.content[1])
  if first:match('^✓') then return pandoc.Div(list, pandoc.Attr('', { 'claims' })) end
end

-- What weaving leaves for itself: the comments.
local function drop_comments(raw)
  if raw.text:match('^<!%-%-') then return {} end
end

-- Older pandocs read the two forms of mathematics as code: a block of the language `math`, and code between two
-- dollars.
local function display_formula(block)
  if block.classes[1] == 'math' then return pandoc.Para { pandoc.Math('DisplayMath', block.text) } end
end

local function inline_formulas(inlines)
  local read = pandoc.List()
  for _, inline in ipairs(inlines) do
    local before, code = read[#read - 1], read[#read]
    local is_formula = inline.t == 'Str' and inline.text:match('^%$') and code and code.t == 'Code'
      and before and before.t == 'Str' and before.text:match('%$$')
    if is_formula then
      before.text, inline.text = before.text:sub(1, -2), inline.text:sub(2)
      read[#read] = pandoc.Math('InlineMath', code.text)
    end
    read:insert(inline)
  end
  return read
end

-- The file of an exercise is no chapter. Folded, it stands below the paragraph that leads to it.
local function show_exercises(paragraph)
  local blocks = pandoc.List { paragraph }
  paragraph:walk {
    Link = function(link)
      local name = link.target:match('/Exercise/(Exercise%d+%.swift)$')
      if name then
        local file = assert(io.open(normalised(link.target), 'r'))
        blocks:insert(pandoc.RawBlock('html', '<details>\n<summary>' .. name .. '</summary>'))
        blocks:insert(pandoc.CodeBlock(file:read('a'), pandoc.Attr('', { 'swift' })))
        blocks:insert(pandoc.RawBlock('html', '</details>'))
        file:close()
      end
    end,
  }
  return blocks
end

return {
  { Para = show_exercises },
  { Inlines = inline_formulas, CodeBlock = display_formula },
  { Pandoc = name_chapters },
  { Link = lead_to_chapters, BulletList = mark_claims, RawBlock = drop_comments },
}
