<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_FR" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Color &amp;points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A click on the photo makes a color point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color &amp;area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paint an area in the color of the brush; the right button erases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>E&amp;yedropper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A click takes the color of a place, in this photo or in another one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>move the line between before and after; with Shift farther</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all in color, all as before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hold to see the photo before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zoom in, out, whole photo, actual pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>move the photo when it is zoomed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>color points: click, or move the crosshair with the arrows and press Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>color area: paint; smaller and larger brush; right button or Shift erases</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>eyedropper: take a color from a place of this photo or of another one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>next point or area, the one before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>move, delete, leave the selected point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>undo, redo: points, areas and every setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>export the photo, copy it in color</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>next photo, photo before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>search the photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to the canvas, the photos, the settings, the run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the s&amp;ystem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open photos…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save color points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save &amp;beside the original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy the colored photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Delete point or area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Whole photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Actual pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Next photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Photo before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Before as plain gray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Search the photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The window speaks the other language when it is opened again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color &amp;all photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color se&amp;lected photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause or go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show &amp;results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the co&amp;mmand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colors black-and-white photographs and keeps everything else as it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About photocolor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos ({kinds});;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder of photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>full size, slow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>another model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 leaves gray, 1 is the model&apos;s own color</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Doubt fade</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color goes toward gray where the model is guessing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Detail</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size at which the model sees the photo; more finds smaller things, and takes time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What makes the color</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the model runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Doubt &amp;fade</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Detail</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>De&amp;vice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>doubt fade</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>detail</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models ({kinds})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OpenRaster, for Krita and GIMP</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PSD, for Photoshop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>color layer alone, PNG</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export {file}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bro&amp;wse…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Layers beside it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;ile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bit depth is the photo&apos;s own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bit depth is the photo&apos;s own, but no more than {most} bits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metadata go along, and say that a model made the colors, as in a run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is there already. Replace it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a photo first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A photo is being written; wait until it is done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>write the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing {file}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tile {number} of {many}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written: {files}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{file} is written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The colored photo is on the clipboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change {setting}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Forget these folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the brush ([ and ])</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>B&amp;rush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color of the brush: {color}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color of the brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coloring…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading {file}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mean doubt {share}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>colored on {device}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>first colors, refining…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>coloring, tile {number} of {many}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photo before and after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} percent gray, the rest in color</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln color points</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln areas</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>point {number} selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>area {number} selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; points without color follow when they have one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>saved {file}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select the area that you want to erase from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>picked {color}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add color point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paint area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>move color point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change color</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change reach</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the whole thing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a spot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press P and click on the photo for a point, or A and paint an area.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color points and areas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color points and areas of this photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the point&apos;s color goes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A point colors the thing that it stands on; shares of the photo&apos;s longer side keep it near.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Other color…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It &amp;colors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a point or an area to change its color.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Likely colors here:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no farther than {share}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{named} ({color} at this place)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color of this point or area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its color is on its way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>coloring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>painting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>writing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try failed again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the run is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sho&amp;w results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open repor&amp;t</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>O&amp;ptions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not colored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos that failed or were skipped, and why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same as a command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder for the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Results in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Co&amp;mmand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos to look at</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{number} of %Ln photos</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{number} colored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} skipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no results yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Color the photos first; then they are here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Making the report…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system has no program that opens {path}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open it yourself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose “color anyway” for photos in color already, and run again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder for the results.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused; photos at work are finished.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run was refused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos colored in {time}</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{number} left; run again to go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Canceled: {parts}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finished: {parts}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pass over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>color anyway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in a corner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format of the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quality of the results, where the format has one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos that have color already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark in the picture that it is colorized</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No reference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;ormat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In color alread&amp;y</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mar&amp;k</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>R&amp;eference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>quality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>photos in color</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reference: a photo in color whose palette the results shall have</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A photo whose palette the results shall have</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos ({kinds})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by state</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>most doubtful first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>most damaged first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, with color points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>damaged: {share}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not colored yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>skipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order of the photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which photo of how many</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} of {many}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{position} found, {all} in all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>black</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>white</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark gray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light gray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>brown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark brown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>olive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark olive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wine red</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark wine red</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pink</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light pink</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pale pink</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>red</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark red</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light red</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pale red</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>orange</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light orange</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pale orange</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yellow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light yellow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pale yellow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>green</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark green</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light green</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pale green</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>turquoise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark turquoise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light turquoise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pale turquoise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>blue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark blue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light blue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pale blue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>violet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dark violet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>light violet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pale violet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the model&apos;s own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>livelier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>elsewhere in the photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fair skin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>brown skin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>clear sky</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hazy sky</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>leaves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dry grass</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>earth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>brick</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wood</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>navy blue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no color</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an NVIDIA GPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an NVIDIA GPU (TensorRT)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apple&apos;s accelerator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a GPU (DirectML)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an AMD GPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in color already</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>another file has the result&apos;s name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop photos or a folder here, or press Ctrl+O for photos and Ctrl+Shift+O for a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>results folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open other photos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no photo in {folder}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The color points of {names} are not saved. Save them before you {do}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing the photo in color; then drag it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now the photo can be dragged out of the window.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
