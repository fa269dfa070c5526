-- The golden messages of the editor link, judged by the shapes that the Neovim plugin gets from the schema.
local protocol = dofile('clients/nvim/lua/tutti/protocol.lua')

local fits

local function fits_shape(shape, value)
  if type(value) ~= 'table' then
    return false
  end
  for field, wanted in pairs(shape) do
    local optional = wanted:sub(-1) == '?'
    if value[field] == nil then
      if not optional then
        return false
      end
    elseif not fits(optional and wanted:sub(1, -2) or wanted, value[field]) then
      return false
    end
  end
  return true
end

function fits(wanted, value)
  if wanted:sub(-2) == '[]' then
    if type(value) ~= 'table' then
      return false
    end
    for _, item in ipairs(value) do
      if not fits(wanted:sub(1, -3), item) then
        return false
      end
    end
    return true
  elseif wanted == 'integer' then
    return type(value) == 'number' and value % 1 == 0
  elseif protocol.enums[wanted] then
    return vim.tbl_contains(protocol.enums[wanted], value)
  elseif protocol.shapes[wanted] then
    return fits_shape(protocol.shapes[wanted], value)
  end
  return type(value) == wanted
end

-- Limits, signs and the form of a uuid are the server's to judge.
local function is_shape_fault(spoil)
  return spoil.op == 'remove' or (spoil.op == 'set' and spoil.code == 'invalid' and spoil.value ~= -1 and spoil.value ~= '5e551001')
end

local function spoil_at(message, path, value)
  local at = message
  for i = 1, #path - 1 do
    local key = path[i]
    at = at[type(key) == 'number' and key + 1 or key]
  end
  at[path[#path]] = value
end

local function check_methods(methods)
  local count = 0
  for _, entry in ipairs(methods) do
    local short = entry.method:gsub('^collab/', '')
    assert(protocol.methods[short] == entry.method, entry.method)
    assert(protocol.shapes[entry.params], entry.params)
    count = count + 1
  end
  assert(count == vim.tbl_count(protocol.methods) and count > 0, 'the methods differ')
end

local function main()
  local golden = vim.json.decode(table.concat(vim.fn.readfile('protocol/golden/collab.json'), '\n'))
  check_methods(golden.methods)
  local by_name, read, refused = {}, 0, 0
  for _, entry in ipairs(golden.valid) do
    by_name[entry.name] = entry
    assert(fits(entry.struct, entry.message), entry.name .. ' should fit')
    read = read + 1
  end
  for _, spoil in ipairs(golden.invalid) do
    if is_shape_fault(spoil) then
      local entry = vim.deepcopy(by_name[spoil.of])
      spoil_at(entry.message, spoil.path, spoil.value)
      assert(not fits(entry.struct, entry.message), spoil.says .. ' should not fit')
      refused = refused + 1
    end
  end
  assert(read > 0 and refused > 0)
  return ('%d read, %d refused'):format(read, refused)
end

local ok, report = pcall(main)
io.stdout:write(tostring(report), '\n')
vim.cmd(ok and 'qall!' or 'cquit 1')
