<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Color &amp;points</source>
        <translation>Farb&amp;punkte</translation>
    </message>
    <message>
        <source>A click on the photo makes a color point</source>
        <translation>Ein Klick aufs Foto setzt einen Farbpunkt</translation>
    </message>
    <message>
        <source>Color &amp;area</source>
        <translation>Farb&amp;fläche</translation>
    </message>
    <message>
        <source>Paint an area in the color of the brush; the right button erases</source>
        <translation>Eine Fläche in der Farbe des Pinsels malen; die rechte Maustaste radiert</translation>
    </message>
    <message>
        <source>Da&amp;mage brush</source>
        <translation>&amp;Schadenpinsel</translation>
    </message>
    <message>
        <source>Paint what is damage; the right button paints what is none</source>
        <translation>Malen, was ein Schaden ist; die rechte Taste malt, was keiner ist</translation>
    </message>
    <message>
        <source>E&amp;yedropper</source>
        <translation>Pi&amp;pette</translation>
    </message>
    <message>
        <source>A click takes the color of a place, in this photo or in another one</source>
        <translation>Ein Klick nimmt die Farbe einer Stelle auf, in diesem oder einem anderen Foto</translation>
    </message>
    <message>
        <source>move the line between before and after; with Shift farther</source>
        <translation>die Linie zwischen Vorher und Nachher verschieben; mit Umschalt weiter</translation>
    </message>
    <message>
        <source>all in color, all as before</source>
        <translation>alles in Farbe, alles wie vorher</translation>
    </message>
    <message>
        <source>hold to see the photo before</source>
        <translation>halten, um das Foto vorher zu sehen</translation>
    </message>
    <message>
        <source>zoom in, out, whole photo, actual pixels</source>
        <translation>vergrößern, verkleinern, ganzes Foto, Originalpixel</translation>
    </message>
    <message>
        <source>move the photo when it is zoomed</source>
        <translation>das vergrößerte Foto verschieben</translation>
    </message>
    <message>
        <source>color points: click, or move the crosshair with the arrows and press Enter</source>
        <translation>Farbpunkte: klicken, oder das Fadenkreuz mit den Pfeilen bewegen und Eingabe drücken</translation>
    </message>
    <message>
        <source>color area: paint; smaller and larger brush; right button or Shift erases</source>
        <translation>Farbfläche: malen; kleinerer und größerer Pinsel; rechte Taste oder Umschalt radiert</translation>
    </message>
    <message>
        <source>damage brush: paint dust and hairs, right button or Shift what is none; show the mask</source>
        <translation>Schadenpinsel: Staub und Haare malen, mit rechter Taste oder Umschalt, was keiner ist; Maske zeigen</translation>
    </message>
    <message>
        <source>eyedropper: take a color from a place of this photo or of another one</source>
        <translation>Pipette: eine Farbe aus diesem oder einem anderen Foto aufnehmen</translation>
    </message>
    <message>
        <source>other answers that the model holds possible, to click</source>
        <translation>andere Antworten, die das Modell für möglich hält, zum Anklicken</translation>
    </message>
    <message>
        <source>next point or area, the one before</source>
        <translation>nächster Punkt oder nächste Fläche, vorheriger</translation>
    </message>
    <message>
        <source>move, delete, leave the selected point</source>
        <translation>den gewählten Punkt verschieben, löschen, verlassen</translation>
    </message>
    <message>
        <source>undo, redo: points, areas and every setting</source>
        <translation>rückgängig, wiederholen: Punkte, Flächen und jede Einstellung</translation>
    </message>
    <message>
        <source>export the photo, copy it in color</source>
        <translation>das Foto exportieren, in Farbe kopieren</translation>
    </message>
    <message>
        <source>next photo, photo before</source>
        <translation>nächstes Foto, vorheriges Foto</translation>
    </message>
    <message>
        <source>search the photos</source>
        <translation>in den Fotos suchen</translation>
    </message>
    <message>
        <source>to the canvas, the photos, the settings, the run</source>
        <translation>zum Bild, zu den Fotos, den Einstellungen, dem Durchlauf</translation>
    </message>
    <message>
        <source>As the s&amp;ystem</source>
        <translation>Wie das S&amp;ystem</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Open photos…</source>
        <translation>Fotos ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>&amp;Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Save color points</source>
        <translation>Farbpunkte &amp;speichern</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren…</translation>
    </message>
    <message>
        <source>Save &amp;beside the original</source>
        <translation>&amp;Neben dem Original speichern</translation>
    </message>
    <message>
        <source>&amp;Copy the colored photo</source>
        <translation>Farbiges Foto &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>Other &amp;answers</source>
        <translation>Andere &amp;Antworten</translation>
    </message>
    <message>
        <source>&amp;Delete point or area</source>
        <translation>Punkt oder Fläche &amp;löschen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Whole photo</source>
        <translation>&amp;Ganzes Foto</translation>
    </message>
    <message>
        <source>&amp;Actual pixels</source>
        <translation>&amp;Originalpixel</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>&amp;Vergrößern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>&amp;Next photo</source>
        <translation>&amp;Nächstes Foto</translation>
    </message>
    <message>
        <source>&amp;Photo before</source>
        <translation>&amp;Vorheriges Foto</translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation>Nächster Teil des Fensters</translation>
    </message>
    <message>
        <source>&amp;Before as plain gray</source>
        <translation>Vor&amp;her in reinem Grau</translation>
    </message>
    <message>
        <source>Damage &amp;mask</source>
        <translation>Schadens&amp;maske</translation>
    </message>
    <message>
        <source>&amp;Search the photos</source>
        <translation>Fotos &amp;suchen</translation>
    </message>
    <message>
        <source>&amp;Look</source>
        <translation>&amp;Aussehen</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>The window speaks the other language when it is opened again.</source>
        <translation>Das Fenster spricht die andere Sprache, wenn es wieder geöffnet wird.</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Durchlauf</translation>
    </message>
    <message>
        <source>Color &amp;all photos</source>
        <translation>&amp;Alle Fotos färben</translation>
    </message>
    <message>
        <source>Color se&amp;lected photos</source>
        <translation>Ge&amp;wählte Fotos färben</translation>
    </message>
    <message>
        <source>Color photos of a l&amp;ist…</source>
        <translation>Fotos einer L&amp;iste färben…</translation>
    </message>
    <message>
        <source>&amp;Pause or go on</source>
        <translation>&amp;Pause oder weiter</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Ab&amp;brechen</translation>
    </message>
    <message>
        <source>Show &amp;results</source>
        <translation>&amp;Ergebnisse zeigen</translation>
    </message>
    <message>
        <source>&amp;Open report</source>
        <translation>&amp;Bericht öffnen</translation>
    </message>
    <message>
        <source>Copy the co&amp;mmand</source>
        <translation>Den Be&amp;fehl kopieren</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>&amp;Tasten</translation>
    </message>
    <message>
        <source>Colors black-and-white photographs and keeps everything else as it was.</source>
        <translation>Färbt Schwarzweißfotos und lässt alles andere, wie es war.</translation>
    </message>
    <message>
        <source>&amp;About photocolor</source>
        <translation>Ü&amp;ber photocolor</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Photos ({kinds});;All files (*)</source>
        <translation>Fotos ({kinds});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open photos</source>
        <translation>Fotos öffnen</translation>
    </message>
    <message>
        <source>Open a folder of photos</source>
        <translation>Einen Ordner mit Fotos öffnen</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>full size, slow</source>
        <translation>volle Größe, langsam</translation>
    </message>
    <message>
        <source>another model…</source>
        <translation>ein anderes Modell…</translation>
    </message>
    <message>
        <source>Color</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>0 leaves gray, 1 is the model&apos;s own color</source>
        <translation>0 lässt es grau, 1 ist die Farbe des Modells</translation>
    </message>
    <message>
        <source>Doubt fade</source>
        <translation>Zweifel abblenden</translation>
    </message>
    <message>
        <source>Color goes toward gray where the model is guessing</source>
        <translation>Die Farbe geht gegen Grau, wo das Modell rät</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>How much color: more where the model is sure, less where it guesses</source>
        <translation>Wie viel Farbe: mehr, wo das Modell sicher ist, weniger, wo es rät</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Detail</translation>
    </message>
    <message>
        <source>Size at which the model sees the photo; more finds smaller things, and takes time</source>
        <translation>Größe, in der das Modell das Foto sieht; mehr findet kleinere Dinge und braucht Zeit</translation>
    </message>
    <message>
        <source>Look &amp;closer at small faces</source>
        <translation>Kleine Gesichter &amp;genauer ansehen</translation>
    </message>
    <message>
        <source>Look closer at small faces</source>
        <translation>Kleine Gesichter genauer ansehen</translation>
    </message>
    <message>
        <source>The model looks a second time, closer, at faces that are small in the photo, as in groups. It can be wrong: faces are missed, and other things taken for faces. Results say how many it took.</source>
        <translation>Das Modell sieht Gesichter, die im Foto klein sind, wie in Gruppen, ein zweites Mal und genauer an. Es kann sich irren: Gesichter werden übersehen, und anderes wird für Gesichter gehalten. Die Ergebnisse sagen, wie viele es waren.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>What makes the color</source>
        <translation>Was die Farbe macht</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Where the model runs</source>
        <translation>Wo das Modell läuft</translation>
    </message>
    <message>
        <source>&amp;Strength</source>
        <translation>&amp;Stärke</translation>
    </message>
    <message>
        <source>Doubt &amp;fade</source>
        <translation>&amp;Zweifel abblenden</translation>
    </message>
    <message>
        <source>&amp;Preset</source>
        <translation>Vor&amp;gabe</translation>
    </message>
    <message>
        <source>&amp;Detail</source>
        <translation>&amp;Detail</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>De&amp;vice</source>
        <translation>Ge&amp;rät</translation>
    </message>
    <message>
        <source>strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>doubt fade</source>
        <translation>Zweifel abblenden</translation>
    </message>
    <message>
        <source>faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>detail</source>
        <translation>Detail</translation>
    </message>
    <message>
        <source>device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Ein Modell wählen</translation>
    </message>
    <message>
        <source>Models ({kinds})</source>
        <translation>Modelle ({kinds})</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>OpenRaster, for Krita and GIMP</source>
        <translation>OpenRaster, für Krita und GIMP</translation>
    </message>
    <message>
        <source>PSD, for Photoshop</source>
        <translation>PSD, für Photoshop</translation>
    </message>
    <message>
        <source>color layer alone, PNG</source>
        <translation>Farbebene allein, PNG</translation>
    </message>
    <message>
        <source>Export {file}</source>
        <translation>{file} exportieren</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Ebenen</translation>
    </message>
    <message>
        <source>Damage</source>
        <translation>Schäden</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Bro&amp;wse…</source>
        <translation>Durchs&amp;uchen…</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>&amp;Quality</source>
        <translation>&amp;Qualität</translation>
    </message>
    <message>
        <source>&amp;Layers beside it</source>
        <translation>&amp;Ebenen daneben</translation>
    </message>
    <message>
        <source>F&amp;ile</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>E&amp;xportieren</translation>
    </message>
    <message>
        <source>The bit depth is the photo&apos;s own.</source>
        <translation>Die Bittiefe ist die des Fotos.</translation>
    </message>
    <message>
        <source>The bit depth is the photo&apos;s own, but no more than {most} bits.</source>
        <translation>Die Bittiefe ist die des Fotos, aber höchstens {most} Bit.</translation>
    </message>
    <message>
        <source>Metadata go along, and say that a model made the colors, as in a run.</source>
        <translation>Die Metadaten gehen mit und sagen wie bei einem Durchlauf, dass ein Modell die Farben gemacht hat.</translation>
    </message>
    <message>
        <source>The picture is marked in a corner, as the options of the run say.</source>
        <translation>Das Bild wird in einer Ecke gekennzeichnet, wie es die Optionen des Laufs sagen.</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>as the photo</source>
        <translation>wie das Foto</translation>
    </message>
    <message>
        <source>{file} is there already. Replace it?</source>
        <translation>{file} gibt es schon. Ersetzen?</translation>
    </message>
    <message>
        <source>Open a photo first.</source>
        <translation>Öffnen Sie zuerst ein Foto.</translation>
    </message>
    <message>
        <source>A photo is being written; wait until it is done.</source>
        <translation>Ein Foto wird gerade geschrieben; warten Sie, bis es fertig ist.</translation>
    </message>
    <message>
        <source>write the photo</source>
        <translation>Schreiben des Fotos</translation>
    </message>
    <message>
        <source>Writing {file}…</source>
        <translation>{file} wird geschrieben…</translation>
    </message>
    <message>
        <source>tile {number} of {many}</source>
        <translation>Kachel {number} von {many}</translation>
    </message>
    <message>
        <source>Written: {files}</source>
        <translation>Geschrieben: {files}</translation>
    </message>
    <message>
        <source>{file} is written.</source>
        <translation>{file} ist geschrieben.</translation>
    </message>
    <message>
        <source>The colored photo is on the clipboard.</source>
        <translation>Das farbige Foto ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Vergrößerung</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Durchlauf</translation>
    </message>
    <message>
        <source>change {setting}</source>
        <translation>{setting} ändern</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>noch keine</translation>
    </message>
    <message>
        <source>&amp;Forget these folders</source>
        <translation>Diese Ordner &amp;vergessen</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Größe des Pinsels</translation>
    </message>
    <message>
        <source>Size of the brush ([ and ])</source>
        <translation>Größe des Pinsels ([ und ])</translation>
    </message>
    <message>
        <source>B&amp;rush</source>
        <translation>Pinse&amp;l</translation>
    </message>
    <message>
        <source>Color of the brush: {color}</source>
        <translation>Farbe des Pinsels: {color}</translation>
    </message>
    <message>
        <source>Color of the brush</source>
        <translation>Farbe des Pinsels</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nachher</translation>
    </message>
    <message>
        <source>Coloring…</source>
        <translation>Wird gefärbt…</translation>
    </message>
    <message>
        <source>Reading {file}…</source>
        <translation>{file} wird gelesen…</translation>
    </message>
    <message>
        <source>mean doubt {share}</source>
        <translation>mittlerer Zweifel {share}</translation>
    </message>
    <message>
        <source>colored on {device}</source>
        <translation>gefärbt auf: {device}</translation>
    </message>
    <message>
        <source>first colors, refining…</source>
        <translation>erste Farben, werden verfeinert…</translation>
    </message>
    <message>
        <source>coloring, tile {number} of {many}</source>
        <translation>wird gefärbt, Kachel {number} von {many}</translation>
    </message>
    <message>
        <source>Photo before and after</source>
        <translation>Foto vorher und nachher</translation>
    </message>
    <message>
        <source>{number} percent gray, the rest in color</source>
        <translation>{number} Prozent grau, der Rest in Farbe</translation>
    </message>
    <message numerus="yes">
        <source>%Ln color points</source>
        <translation>
            <numerusform>%Ln Farbpunkt</numerusform>
            <numerusform>%Ln Farbpunkte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln areas</source>
        <translation>
            <numerusform>%Ln Fläche</numerusform>
            <numerusform>%Ln Flächen</numerusform>
        </translation>
    </message>
    <message>
        <source>point {number} selected</source>
        <translation>Punkt {number} gewählt</translation>
    </message>
    <message>
        <source>area {number} selected</source>
        <translation>Fläche {number} gewählt</translation>
    </message>
    <message>
        <source>; points without color follow when they have one</source>
        <translation>; Punkte ohne Farbe folgen, wenn sie eine haben</translation>
    </message>
    <message>
        <source>saved {file}</source>
        <translation>{file} gespeichert</translation>
    </message>
    <message>
        <source>Select the area that you want to erase from.</source>
        <translation>Wählen Sie die Fläche, von der Sie radieren wollen.</translation>
    </message>
    <message>
        <source>This photo has as many points and areas as can be saved.</source>
        <translation>Dieses Foto hat so viele Punkte und Flächen, wie gespeichert werden können.</translation>
    </message>
    <message>
        <source>Delete some, or paint with a larger brush and fewer turns.</source>
        <translation>Löschen Sie einige, oder malen Sie mit größerem Pinsel und weniger Windungen.</translation>
    </message>
    <message>
        <source>picked {color}</source>
        <translation>aufgenommen: {color}</translation>
    </message>
    <message>
        <source>add color point</source>
        <translation>Farbpunkt setzen</translation>
    </message>
    <message>
        <source>paint area</source>
        <translation>Fläche malen</translation>
    </message>
    <message>
        <source>choose another answer</source>
        <translation>andere Antwort wählen</translation>
    </message>
    <message>
        <source>change this photo&apos;s color</source>
        <translation>Farbe dieses Fotos ändern</translation>
    </message>
    <message>
        <source>move color point</source>
        <translation>Farbpunkt verschieben</translation>
    </message>
    <message>
        <source>change color</source>
        <translation>Farbe ändern</translation>
    </message>
    <message>
        <source>change reach</source>
        <translation>Reichweite ändern</translation>
    </message>
    <message>
        <source>delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>the whole thing</source>
        <translation>den ganzen Gegenstand</translation>
    </message>
    <message>
        <source>a spot</source>
        <translation>ein Fleck</translation>
    </message>
    <message>
        <source>Press P and click on the photo for a point, or A and paint an area.</source>
        <translation>Drücken Sie P und klicken Sie für einen Punkt aufs Foto, oder A und malen Sie eine Fläche.</translation>
    </message>
    <message>
        <source>Color points and areas</source>
        <translation>Farbpunkte und -flächen</translation>
    </message>
    <message>
        <source>Color points and areas of this photo</source>
        <translation>Farbpunkte und -flächen dieses Fotos</translation>
    </message>
    <message>
        <source>How far the point&apos;s color goes</source>
        <translation>Wie weit die Farbe des Punktes reicht</translation>
    </message>
    <message>
        <source>A point colors the thing that it stands on; shares of the photo&apos;s longer side keep it near.</source>
        <translation>Ein Punkt färbt den Gegenstand, auf dem er steht; Anteile der längeren Seite des Fotos halten ihn in der Nähe.</translation>
    </message>
    <message>
        <source>&amp;Other color…</source>
        <translation>A&amp;ndere Farbe…</translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>It &amp;colors</source>
        <translation>Er fär&amp;bt</translation>
    </message>
    <message>
        <source>area</source>
        <translation>Fläche</translation>
    </message>
    <message>
        <source>Select a point or an area to change its color.</source>
        <translation>Wählen Sie einen Punkt oder eine Fläche, um die Farbe zu ändern.</translation>
    </message>
    <message>
        <source>Likely colors here:</source>
        <translation>Wahrscheinliche Farben hier:</translation>
    </message>
    <message>
        <source>no farther than {share}</source>
        <translation>nicht weiter als {share}</translation>
    </message>
    <message>
        <source>{named} ({color} at this place)</source>
        <translation>{named} ({color} an dieser Stelle)</translation>
    </message>
    <message>
        <source>Color of this point or area</source>
        <translation>Farbe dieses Punktes oder dieser Fläche</translation>
    </message>
    <message>
        <source>its color is on its way</source>
        <translation>seine Farbe kommt gleich</translation>
    </message>
    <message>
        <source>reading</source>
        <translation>wird gelesen</translation>
    </message>
    <message>
        <source>coloring</source>
        <translation>wird gefärbt</translation>
    </message>
    <message>
        <source>painting</source>
        <translation>wird gemalt</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>wird geschrieben</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Try failed again</source>
        <translation>Fehlgeschlagene wiederholen</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Alle Fotos</translation>
    </message>
    <message>
        <source>How far the run is</source>
        <translation>Wie weit der Durchlauf ist</translation>
    </message>
    <message>
        <source>Sho&amp;w results</source>
        <translation>Ergebnisse &amp;zeigen</translation>
    </message>
    <message>
        <source>Open repor&amp;t</source>
        <translation>Berich&amp;t öffnen</translation>
    </message>
    <message>
        <source>O&amp;ptions</source>
        <translation>O&amp;ptionen</translation>
    </message>
    <message>
        <source>Not colored</source>
        <translation>Nicht gefärbt</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was hilft</translation>
    </message>
    <message>
        <source>Photos that failed or were skipped, and why</source>
        <translation>Fotos, die fehlschlugen oder übergangen wurden, und warum</translation>
    </message>
    <message>
        <source>The same as a command</source>
        <translation>Dasselbe als Befehl</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>Ordner für die Ergebnisse</translation>
    </message>
    <message>
        <source>Choose the folder for the results</source>
        <translation>Den Ordner für die Ergebnisse wählen</translation>
    </message>
    <message>
        <source>&amp;Results in</source>
        <translation>&amp;Ergebnisse in</translation>
    </message>
    <message>
        <source>Co&amp;mmand</source>
        <translation>&amp;Befehl</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>Den Befehl kopieren</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos to look at</source>
        <translation>
            <numerusform>%Ln Foto anzusehen</numerusform>
            <numerusform>%Ln Fotos anzusehen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{number} of %Ln photos</source>
        <translation>
            <numerusform>{number} von %Ln Foto</numerusform>
            <numerusform>{number} von %Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} colored</source>
        <translation>{number} gefärbt</translation>
    </message>
    <message>
        <source>{number} skipped</source>
        <translation>{number} übergangen</translation>
    </message>
    <message>
        <source>{number} failed</source>
        <translation>{number} fehlgeschlagen</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>There are no results yet.</source>
        <translation>Es gibt noch keine Ergebnisse.</translation>
    </message>
    <message>
        <source>Color the photos first; then they are here.</source>
        <translation>Färben Sie zuerst die Fotos; dann sind sie hier.</translation>
    </message>
    <message>
        <source>Making the report…</source>
        <translation>Der Bericht wird gemacht…</translation>
    </message>
    <message>
        <source>The system has no program that opens {path}.</source>
        <translation>Das System hat kein Programm, das {path} öffnet.</translation>
    </message>
    <message>
        <source>Open it yourself.</source>
        <translation>Öffnen Sie es selbst.</translation>
    </message>
    <message>
        <source>Choose “color anyway” for photos in color already, and run again.</source>
        <translation>Wählen Sie für Fotos, die schon in Farbe sind, „trotzdem färben“, und starten Sie noch einmal.</translation>
    </message>
    <message>
        <source>photocolor restore --negatives invert makes a positive of it first.</source>
        <translation>photocolor restore --negatives invert macht zuerst ein Positiv daraus.</translation>
    </message>
    <message>
        <source>Choose another folder for the results.</source>
        <translation>Wählen Sie einen anderen Ordner für die Ergebnisse.</translation>
    </message>
    <message>
        <source>Lists and marks ({kinds});;All files (*)</source>
        <translation>Listen und Markierungen ({kinds});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>A list, or marks of a report</source>
        <translation>Eine Liste oder Markierungen eines Berichts</translation>
    </message>
    <message>
        <source>{number} of the list are not open here.</source>
        <translation>{number} der Liste sind hier nicht geöffnet.</translation>
    </message>
    <message>
        <source>run</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten…</translation>
    </message>
    <message>
        <source>Paused; photos at work are finished.</source>
        <translation>Pause; Fotos in Arbeit werden noch fertig.</translation>
    </message>
    <message>
        <source>The run was refused.</source>
        <translation>Der Durchlauf wurde abgelehnt.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos colored in {time}</source>
        <translation>
            <numerusform>%Ln Foto in {time} gefärbt</numerusform>
            <numerusform>%Ln Fotos in {time} gefärbt</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} left; run again to go on</source>
        <translation>{number} übrig; noch einmal starten, um weiterzumachen</translation>
    </message>
    <message>
        <source>Canceled: {parts}.</source>
        <translation>Abgebrochen: {parts}.</translation>
    </message>
    <message>
        <source>Finished: {parts}.</source>
        <translation>Fertig: {parts}.</translation>
    </message>
    <message>
        <source>pass over</source>
        <translation>übergehen</translation>
    </message>
    <message>
        <source>copy</source>
        <translation>kopieren</translation>
    </message>
    <message>
        <source>color anyway</source>
        <translation>trotzdem färben</translation>
    </message>
    <message>
        <source>leave</source>
        <translation>lassen</translation>
    </message>
    <message>
        <source>mend spots</source>
        <translation>Flecken ausbessern</translation>
    </message>
    <message>
        <source>in a corner</source>
        <translation>in einer Ecke</translation>
    </message>
    <message>
        <source>Format of the results</source>
        <translation>Format der Ergebnisse</translation>
    </message>
    <message>
        <source>Quality of the results, where the format has one</source>
        <translation>Qualität der Ergebnisse, wo das Format eine hat</translation>
    </message>
    <message>
        <source>Photos that have color already</source>
        <translation>Fotos, die schon Farbe haben</translation>
    </message>
    <message>
        <source>Mark in the picture that it is colorized</source>
        <translation>Zeichen im Bild, dass es koloriert ist</translation>
    </message>
    <message>
        <source>What happens to dust and hairs that are marked</source>
        <translation>Was mit Staub und Haaren geschieht, die markiert sind</translation>
    </message>
    <message>
        <source>No reference</source>
        <translation>Keine Vorlage</translation>
    </message>
    <message>
        <source>F&amp;ormat</source>
        <translation>F&amp;ormat</translation>
    </message>
    <message>
        <source>In color alread&amp;y</source>
        <translation>Schon farbi&amp;g</translation>
    </message>
    <message>
        <source>Mar&amp;k</source>
        <translation>Ze&amp;ichen</translation>
    </message>
    <message>
        <source>R&amp;eference</source>
        <translation>&amp;Vorlage</translation>
    </message>
    <message>
        <source>&amp;Damage</source>
        <translation>S&amp;chäden</translation>
    </message>
    <message>
        <source>format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>photos in color</source>
        <translation>Fotos in Farbe</translation>
    </message>
    <message>
        <source>mark</source>
        <translation>Zeichen</translation>
    </message>
    <message>
        <source>damage</source>
        <translation>Schäden</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>none…</source>
        <translation>keine…</translation>
    </message>
    <message>
        <source>Reference: a photo in color whose palette the results shall have</source>
        <translation>Vorlage: ein farbiges Foto, dessen Palette die Ergebnisse haben sollen</translation>
    </message>
    <message>
        <source>A photo whose palette the results shall have</source>
        <translation>Ein Foto, dessen Palette die Ergebnisse haben sollen</translation>
    </message>
    <message>
        <source>Photos ({kinds})</source>
        <translation>Fotos ({kinds})</translation>
    </message>
    <message>
        <source>as opened</source>
        <translation>wie geöffnet</translation>
    </message>
    <message>
        <source>by name</source>
        <translation>nach Namen</translation>
    </message>
    <message>
        <source>by state</source>
        <translation>nach Zustand</translation>
    </message>
    <message>
        <source>most doubtful first</source>
        <translation>zweifelhafteste zuerst</translation>
    </message>
    <message>
        <source>most damaged first</source>
        <translation>am meisten beschädigte zuerst</translation>
    </message>
    <message>
        <source>, with color points</source>
        <translation>, mit Farbpunkten</translation>
    </message>
    <message>
        <source>damaged: {share}</source>
        <translation>beschädigt: {share}</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>not colored yet</source>
        <translation>noch nicht gefärbt</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>working</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>übergangen</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>Search photos</source>
        <translation>Fotos suchen</translation>
    </message>
    <message>
        <source>Order of the photos</source>
        <translation>Reihenfolge der Fotos</translation>
    </message>
    <message>
        <source>Which photo of how many</source>
        <translation>Welches Foto von wie vielen</translation>
    </message>
    <message>
        <source>{number} of {many}</source>
        <translation>{number} von {many}</translation>
    </message>
    <message>
        <source>{position} found, {all} in all</source>
        <translation>{position} gefunden, {all} insgesamt</translation>
    </message>
    <message>
        <source>black</source>
        <translation>schwarz</translation>
    </message>
    <message>
        <source>white</source>
        <translation>weiß</translation>
    </message>
    <message>
        <source>gray</source>
        <translation>grau</translation>
    </message>
    <message>
        <source>dark gray</source>
        <translation>dunkelgrau</translation>
    </message>
    <message>
        <source>light gray</source>
        <translation>hellgrau</translation>
    </message>
    <message>
        <source>brown</source>
        <translation>braun</translation>
    </message>
    <message>
        <source>dark brown</source>
        <translation>dunkelbraun</translation>
    </message>
    <message>
        <source>olive</source>
        <translation>oliv</translation>
    </message>
    <message>
        <source>dark olive</source>
        <translation>dunkeloliv</translation>
    </message>
    <message>
        <source>wine red</source>
        <translation>weinrot</translation>
    </message>
    <message>
        <source>dark wine red</source>
        <translation>dunkles Weinrot</translation>
    </message>
    <message>
        <source>pink</source>
        <translation>rosa</translation>
    </message>
    <message>
        <source>light pink</source>
        <translation>hellrosa</translation>
    </message>
    <message>
        <source>pale pink</source>
        <translation>blassrosa</translation>
    </message>
    <message>
        <source>red</source>
        <translation>rot</translation>
    </message>
    <message>
        <source>dark red</source>
        <translation>dunkelrot</translation>
    </message>
    <message>
        <source>light red</source>
        <translation>hellrot</translation>
    </message>
    <message>
        <source>pale red</source>
        <translation>blassrot</translation>
    </message>
    <message>
        <source>orange</source>
        <translation>orange</translation>
    </message>
    <message>
        <source>light orange</source>
        <translation>hellorange</translation>
    </message>
    <message>
        <source>pale orange</source>
        <translation>blassorange</translation>
    </message>
    <message>
        <source>yellow</source>
        <translation>gelb</translation>
    </message>
    <message>
        <source>light yellow</source>
        <translation>hellgelb</translation>
    </message>
    <message>
        <source>pale yellow</source>
        <translation>blassgelb</translation>
    </message>
    <message>
        <source>green</source>
        <translation>grün</translation>
    </message>
    <message>
        <source>dark green</source>
        <translation>dunkelgrün</translation>
    </message>
    <message>
        <source>light green</source>
        <translation>hellgrün</translation>
    </message>
    <message>
        <source>pale green</source>
        <translation>blassgrün</translation>
    </message>
    <message>
        <source>turquoise</source>
        <translation>türkis</translation>
    </message>
    <message>
        <source>dark turquoise</source>
        <translation>dunkeltürkis</translation>
    </message>
    <message>
        <source>light turquoise</source>
        <translation>helltürkis</translation>
    </message>
    <message>
        <source>pale turquoise</source>
        <translation>blasstürkis</translation>
    </message>
    <message>
        <source>blue</source>
        <translation>blau</translation>
    </message>
    <message>
        <source>dark blue</source>
        <translation>dunkelblau</translation>
    </message>
    <message>
        <source>light blue</source>
        <translation>hellblau</translation>
    </message>
    <message>
        <source>pale blue</source>
        <translation>blassblau</translation>
    </message>
    <message>
        <source>violet</source>
        <translation>violett</translation>
    </message>
    <message>
        <source>dark violet</source>
        <translation>dunkelviolett</translation>
    </message>
    <message>
        <source>light violet</source>
        <translation>hellviolett</translation>
    </message>
    <message>
        <source>pale violet</source>
        <translation>blassviolett</translation>
    </message>
    <message>
        <source>calm</source>
        <translation>ruhig</translation>
    </message>
    <message>
        <source>natural</source>
        <translation>natürlich</translation>
    </message>
    <message>
        <source>vivid</source>
        <translation>lebhaft</translation>
    </message>
    <message>
        <source>the model&apos;s own</source>
        <translation>die des Modells</translation>
    </message>
    <message>
        <source>more {color}</source>
        <translation>eher {color}</translation>
    </message>
    <message>
        <source>livelier</source>
        <translation>lebhafter</translation>
    </message>
    <message>
        <source>elsewhere in the photo</source>
        <translation>anderswo im Foto</translation>
    </message>
    <message>
        <source>fair skin</source>
        <translation>helle Haut</translation>
    </message>
    <message>
        <source>brown skin</source>
        <translation>braune Haut</translation>
    </message>
    <message>
        <source>clear sky</source>
        <translation>klarer Himmel</translation>
    </message>
    <message>
        <source>hazy sky</source>
        <translation>diesiger Himmel</translation>
    </message>
    <message>
        <source>leaves</source>
        <translation>Laub</translation>
    </message>
    <message>
        <source>dry grass</source>
        <translation>trockenes Gras</translation>
    </message>
    <message>
        <source>earth</source>
        <translation>Erde</translation>
    </message>
    <message>
        <source>brick</source>
        <translation>Backstein</translation>
    </message>
    <message>
        <source>wood</source>
        <translation>Holz</translation>
    </message>
    <message>
        <source>navy blue</source>
        <translation>marineblau</translation>
    </message>
    <message>
        <source>no color</source>
        <translation>keine Farbe</translation>
    </message>
    <message>
        <source>the processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>an NVIDIA GPU</source>
        <translation>NVIDIA-GPU</translation>
    </message>
    <message>
        <source>an NVIDIA GPU (TensorRT)</source>
        <translation>NVIDIA-GPU (TensorRT)</translation>
    </message>
    <message>
        <source>Apple&apos;s accelerator</source>
        <translation>Apples Beschleuniger</translation>
    </message>
    <message>
        <source>a GPU (DirectML)</source>
        <translation>GPU (DirectML)</translation>
    </message>
    <message>
        <source>an AMD GPU</source>
        <translation>AMD-GPU</translation>
    </message>
    <message>
        <source>in color already</source>
        <translation>schon in Farbe</translation>
    </message>
    <message>
        <source>another file has the result&apos;s name</source>
        <translation>eine andere Datei hat den Namen des Ergebnisses</translation>
    </message>
    <message>
        <source>Drop photos or a folder here, or press Ctrl+O for photos and Ctrl+Shift+O for a folder.</source>
        <translation>Lassen Sie Fotos oder einen Ordner hier fallen, oder drücken Sie Strg+O für Fotos und Strg+Umschalt+O für einen Ordner.</translation>
    </message>
    <message>
        <source>results folder</source>
        <translation>Ordner der Ergebnisse</translation>
    </message>
    <message>
        <source>open other photos</source>
        <translation>Öffnen anderer Fotos</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>Fotos werden gesucht…</translation>
    </message>
    <message>
        <source>There is no photo in {folder}.</source>
        <translation>In {folder} ist kein Foto.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>The color points of {names} are not saved. Save them before you {do}?</source>
        <translation>Die Farbpunkte von {names} sind nicht gespeichert. Vor dem {do} speichern?</translation>
    </message>
    <message>
        <source>Go on without them</source>
        <translation>Ohne sie weiter</translation>
    </message>
    <message>
        <source>close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Writing the photo in color; then drag it again.</source>
        <translation>Das Foto wird in Farbe geschrieben; ziehen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Now the photo can be dragged out of the window.</source>
        <translation>Jetzt kann das Foto aus dem Fenster gezogen werden.</translation>
    </message>
    <message>
        <source>as in Color</source>
        <translation>wie unter Farbe</translation>
    </message>
    <message>
        <source>Looking for other answers…</source>
        <translation>Andere Antworten werden gesucht …</translation>
    </message>
    <message>
        <source>Other answers</source>
        <translation>Andere Antworten</translation>
    </message>
    <message>
        <source>Color of this photo</source>
        <translation>Farbe dieses Fotos</translation>
    </message>
    <message>
        <source>How much color this photo gets, whatever the run says; kept beside the photo</source>
        <translation>Wie viel Farbe dieses Foto bekommt, was immer der Lauf sagt; bleibt neben dem Foto gespeichert</translation>
    </message>
    <message>
        <source>&amp;This photo</source>
        <translation>&amp;Dieses Foto</translation>
    </message>
    <message>
        <source>Answer {number}: {name}</source>
        <translation>Antwort {number}: {name}</translation>
    </message>
    <message>
        <source>The model is sure of this photo and holds no other answer possible.</source>
        <translation>Das Modell ist sich bei diesem Foto sicher und hält keine andere Antwort für möglich.</translation>
    </message>
    <message>
        <source>The finder cannot look at this photo: {why}</source>
        <translation>Der Sucher kann sich dieses Foto nicht ansehen: {why}</translation>
    </message>
    <message>
        <source>The mask beside this photo cannot be used, and is not painted over.</source>
        <translation>Die Maske neben diesem Foto ist nicht brauchbar und wird nicht übermalt.</translation>
    </message>
    <message>
        <source>What is wider than {width} pixels is left as it is; [ makes the brush smaller.</source>
        <translation>Was breiter ist als {width} Pixel, bleibt, wie es ist; [ macht den Pinsel kleiner.</translation>
    </message>
    <message>
        <source>paint damage</source>
        <translation>Schaden malen</translation>
    </message>
    <message>
        <source>Shows what is marked: yellow by the finder; by hand red damage, blue none</source>
        <translation>Zeigt, was markiert ist: gelb vom Sucher; von Hand rot Schaden, blau keiner</translation>
    </message>
    <message>
        <source>the finder looks for damage…</source>
        <translation>der Sucher sucht nach Schäden …</translation>
    </message>
    <message>
        <source>the finder marks nothing</source>
        <translation>der Sucher markiert nichts</translation>
    </message>
    <message>
        <source>marked by the finder: {share}</source>
        <translation>vom Sucher markiert: {share}</translation>
    </message>
    <message>
        <source>damage, marked by hand</source>
        <translation>Schaden, von Hand markiert</translation>
    </message>
    <message>
        <source>no damage, marked by hand</source>
        <translation>kein Schaden, von Hand markiert</translation>
    </message>
    <message>
        <source>This photo has color already.</source>
        <translation>Dieses Foto hat schon Farbe.</translation>
    </message>
    <message>
        <source>This photo is a negative; restore leaves it out.</source>
        <translation>Dieses Foto ist ein Negativ; restore lässt es aus.</translation>
    </message>
    <message>
        <source>The first of {number} pages; a run and Export color them all.</source>
        <translation>Die erste von {number} Seiten; ein Durchlauf und „Exportieren“ färben sie alle.</translation>
    </message>
</context>
</TS>
