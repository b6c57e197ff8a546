@echo off
rem "Edit in" on Windows: colors the copy that Lightroom or Capture One made for an external editor, in its place.
:next
if "%~1"=="" exit /b 0
set "work=%~dp1.photocolor-%RANDOM%"
photocolor restore "%~1" --out "%work%" --already-color force --quiet 2>>"%USERPROFILE%\photocolor-edit-in.log"
if errorlevel 1 (rmdir /s /q "%work%" & exit /b 1)
move /y "%work%\%~nx1" "%~1" >nul
rmdir /s /q "%work%"
shift
goto next
