--[[ Colors the selected images of darktable with photocolor, and imports the results beside them.

Install: copy it to ~/.config/darktable/lua/ and add   require "photocolor"   to ~/.config/darktable/luarc.
The command is photocolor, or what the preference "photocolor: command" says. ]]

local dt = require "darktable"

local NAME = "photocolor"
local RAW_AS = "tif"  -- what photocolor does not read, darktable develops to 16-bit TIFF first
local READABLE = { jpg = true, jpeg = true, png = true, tif = true, tiff = true, webp = true, jp2 = true, jxl = true,
                   avif = true, heic = true }

dt.preferences.register(NAME, "command", "string", "photocolor: command",
  "how the command photocolor is started; a path where it is not found by its name", "photocolor")

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function suffix_of(name)
  return (name:match("%.([^.]+)$") or ""):lower()
end

local function with_suffix(name, suffix)
  return (name:gsub("%.[^.]+$", "")) .. "." .. suffix
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

--- Returns a new folder that nobody else knows, or nil: what lies in the folder of the images may be anybody's links.
local function fresh_folder(folder)
  local answer = io.popen("mktemp -d " .. quoted(folder .. "/.developed-XXXXXX"))
  local path = answer:read("a"):gsub("\n$", "")
  answer:close()
  return path ~= "" and path or nil
end

--- Returns the path of what photocolor shall read, and whether it was made for that.
local function source_of(image, folder)
  if READABLE[suffix_of(image.filename)] then
    return image.path .. "/" .. image.filename, false
  end
  local path = folder .. "/" .. with_suffix(image.filename, RAW_AS)
  local format = dt.new_format("tiff")
  format.bpp = 16
  format:write_image(image, path, true)
  return path, true
end

--- Colors one image into the folder "color" beside it; returns the imported result, or nil and what went wrong.
local function color(image)
  local folder = image.path .. "/color"
  local log = folder .. "/photocolor.log"
  os.execute("mkdir -p " .. quoted(folder))
  local work = fresh_folder(folder)
  if not work then return nil, image.filename .. " was not colored: " .. folder .. " cannot be written" end
  local source, made = source_of(image, work)
  os.remove(log)  -- a link that came with the images; set -C keeps the shell from writing through a new one
  local command = "set -C; " .. dt.preferences.read(NAME, "command", "string") .. " restore " .. quoted(source)
    .. " --out " .. quoted(folder) .. " --quiet 2>" .. quoted(log)
  local ok = os.execute(command)
  if made then os.remove(source) end
  os.remove(work)
  local result = folder .. "/" .. source:match("[^/]+$")
  if (ok == true or ok == 0) and exists(result) then
    os.remove(log)
    return dt.database.import(result)
  end
  return nil, image.filename .. " was not colored; " .. log .. " says why"
end

local function color_all(images)
  local done = {}
  for _, image in ipairs(images) do
    local result, trouble = color(image)
    if result then
      result:group_with(image)
      table.insert(done, result)
    else
      dt.print(trouble)
      dt.print_error(trouble)
    end
  end
  dt.print(#done .. " of " .. #images .. " images colored")
  return done
end

dt.gui.libs.image.register_action(NAME .. "_color", "color with photocolor",
  function(_, images) color_all(images) end,
  "colors the selected images into a folder \"color\" beside them and imports the results")

return { color_all = color_all }
