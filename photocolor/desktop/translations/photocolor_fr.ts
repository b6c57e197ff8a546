<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_FR" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Color &amp;points</source>
        <translation>&amp;Points de couleur</translation>
    </message>
    <message>
        <source>A click on the photo makes a color point</source>
        <translation>Un clic sur la photo pose un point de couleur</translation>
    </message>
    <message>
        <source>Color &amp;area</source>
        <translation>&amp;Zone de couleur</translation>
    </message>
    <message>
        <source>Paint an area in the color of the brush; the right button erases</source>
        <translation>Peindre une zone dans la couleur du pinceau ; le bouton droit efface</translation>
    </message>
    <message>
        <source>Da&amp;mage brush</source>
        <translation>Pi&amp;nceau de dégâts</translation>
    </message>
    <message>
        <source>Paint what is damage; the right button paints what is none</source>
        <translation>Peindre ce qui est abîmé ; le bouton droit peint ce qui ne l’est pas</translation>
    </message>
    <message>
        <source>E&amp;yedropper</source>
        <translation>Pi&amp;pette</translation>
    </message>
    <message>
        <source>A click takes the color of a place, in this photo or in another one</source>
        <translation>Un clic prélève la couleur d’un endroit, dans cette photo ou une autre</translation>
    </message>
    <message>
        <source>move the line between before and after; with Shift farther</source>
        <translation>déplacer la ligne entre avant et après ; plus loin avec Maj</translation>
    </message>
    <message>
        <source>all in color, all as before</source>
        <translation>tout en couleur, tout comme avant</translation>
    </message>
    <message>
        <source>hold to see the photo before</source>
        <translation>maintenir pour voir la photo d’avant</translation>
    </message>
    <message>
        <source>zoom in, out, whole photo, actual pixels</source>
        <translation>agrandir, réduire, photo entière, pixels réels</translation>
    </message>
    <message>
        <source>move the photo when it is zoomed</source>
        <translation>déplacer la photo agrandie</translation>
    </message>
    <message>
        <source>color points: click, or move the crosshair with the arrows and press Enter</source>
        <translation>points de couleur : cliquer, ou déplacer la croix avec les flèches et appuyer sur Entrée</translation>
    </message>
    <message>
        <source>color area: paint; smaller and larger brush; right button or Shift erases</source>
        <translation>zone de couleur : peindre ; pinceau plus petit ou plus grand ; le bouton droit ou Maj efface</translation>
    </message>
    <message>
        <source>damage brush: paint dust and hairs, right button or Shift what is none; show the mask</source>
        <translation>pinceau de dégâts : peindre poussières et poils, bouton droit ou Maj ce qui n’en est pas ; montrer le masque</translation>
    </message>
    <message>
        <source>eyedropper: take a color from a place of this photo or of another one</source>
        <translation>pipette : prélever une couleur dans cette photo ou une autre</translation>
    </message>
    <message>
        <source>other answers that the model holds possible, to click</source>
        <translation>d&apos;autres réponses que le modèle croit possibles, à cliquer</translation>
    </message>
    <message>
        <source>next point or area, the one before</source>
        <translation>point ou zone suivants, précédents</translation>
    </message>
    <message>
        <source>move, delete, leave the selected point</source>
        <translation>déplacer, supprimer, quitter le point choisi</translation>
    </message>
    <message>
        <source>undo, redo: points, areas and every setting</source>
        <translation>annuler, rétablir : points, zones et tous les réglages</translation>
    </message>
    <message>
        <source>export the photo, copy it in color</source>
        <translation>exporter la photo, la copier en couleur</translation>
    </message>
    <message>
        <source>next photo, photo before</source>
        <translation>photo suivante, photo précédente</translation>
    </message>
    <message>
        <source>search the photos</source>
        <translation>chercher dans les photos</translation>
    </message>
    <message>
        <source>to the canvas, the photos, the settings, the run</source>
        <translation>vers l’image, les photos, les réglages, le traitement</translation>
    </message>
    <message>
        <source>As the s&amp;ystem</source>
        <translation>Comme le s&amp;ystème</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>C&amp;lair</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>S&amp;ombre</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Outils</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Fichier</translation>
    </message>
    <message>
        <source>&amp;Open photos…</source>
        <translation>&amp;Ouvrir des photos…</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>Ouvrir un &amp;dossier…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>Ouvrir un dossier &amp;récent</translation>
    </message>
    <message>
        <source>&amp;Save color points</source>
        <translation>&amp;Enregistrer les points de couleur</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>E&amp;xporter…</translation>
    </message>
    <message>
        <source>Save &amp;beside the original</source>
        <translation>Enregistrer à &amp;côté de l’original</translation>
    </message>
    <message>
        <source>&amp;Copy the colored photo</source>
        <translation>Co&amp;pier la photo colorée</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Quitter</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Édition</translation>
    </message>
    <message>
        <source>Other &amp;answers</source>
        <translation>Autres &amp;réponses</translation>
    </message>
    <message>
        <source>&amp;Delete point or area</source>
        <translation>&amp;Supprimer le point ou la zone</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Affichage</translation>
    </message>
    <message>
        <source>&amp;Whole photo</source>
        <translation>Photo &amp;entière</translation>
    </message>
    <message>
        <source>&amp;Actual pixels</source>
        <translation>Pi&amp;xels réels</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>&amp;Agrandir</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>&amp;Réduire</translation>
    </message>
    <message>
        <source>&amp;Next photo</source>
        <translation>Photo &amp;suivante</translation>
    </message>
    <message>
        <source>&amp;Photo before</source>
        <translation>Photo &amp;précédente</translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation>Partie suivante de la fenêtre</translation>
    </message>
    <message>
        <source>&amp;Before as plain gray</source>
        <translation>Avant en &amp;gris pur</translation>
    </message>
    <message>
        <source>Damage &amp;mask</source>
        <translation>&amp;Masque des dégâts</translation>
    </message>
    <message>
        <source>&amp;Search the photos</source>
        <translation>&amp;Chercher dans les photos</translation>
    </message>
    <message>
        <source>&amp;Look</source>
        <translation>Appare&amp;nce</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>&amp;Langue</translation>
    </message>
    <message>
        <source>The window speaks the other language when it is opened again.</source>
        <translation>La fenêtre parlera l’autre langue à sa prochaine ouverture.</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Traitement</translation>
    </message>
    <message>
        <source>Color &amp;all photos</source>
        <translation>Colorer &amp;toutes les photos</translation>
    </message>
    <message>
        <source>Color se&amp;lected photos</source>
        <translation>Colorer les photos &amp;choisies</translation>
    </message>
    <message>
        <source>Color photos of a l&amp;ist…</source>
        <translation>Colorer les photos d’une l&amp;iste…</translation>
    </message>
    <message>
        <source>&amp;Pause or go on</source>
        <translation>&amp;Pause ou reprise</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>A&amp;nnuler</translation>
    </message>
    <message>
        <source>Show &amp;results</source>
        <translation>Montrer les &amp;résultats</translation>
    </message>
    <message>
        <source>&amp;Open report</source>
        <translation>&amp;Ouvrir le rapport</translation>
    </message>
    <message>
        <source>Copy the co&amp;mmand</source>
        <translation>Copier la co&amp;mmande</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Aide</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>&amp;Touches</translation>
    </message>
    <message>
        <source>Colors black-and-white photographs and keeps everything else as it was.</source>
        <translation>Colore les photographies en noir et blanc et laisse tout le reste tel quel.</translation>
    </message>
    <message>
        <source>&amp;About photocolor</source>
        <translation>À &amp;propos de photocolor</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Touches</translation>
    </message>
    <message>
        <source>Photos ({kinds});;All files (*)</source>
        <translation>Photos ({kinds});;Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Open photos</source>
        <translation>Ouvrir des photos</translation>
    </message>
    <message>
        <source>Open a folder of photos</source>
        <translation>Ouvrir un dossier de photos</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatique</translation>
    </message>
    <message>
        <source>full size, slow</source>
        <translation>taille réelle, lent</translation>
    </message>
    <message>
        <source>another model…</source>
        <translation>un autre modèle…</translation>
    </message>
    <message>
        <source>Color</source>
        <translation>Couleur</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Intensité</translation>
    </message>
    <message>
        <source>0 leaves gray, 1 is the model&apos;s own color</source>
        <translation>0 laisse en gris, 1 est la couleur du modèle</translation>
    </message>
    <message>
        <source>Doubt fade</source>
        <translation>Estomper le doute</translation>
    </message>
    <message>
        <source>Color goes toward gray where the model is guessing</source>
        <translation>La couleur tend vers le gris là où le modèle devine</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Préréglage</translation>
    </message>
    <message>
        <source>How much color: more where the model is sure, less where it guesses</source>
        <translation>Quantité de couleur : plus là où le modèle est sûr, moins là où il devine</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Détail</translation>
    </message>
    <message>
        <source>Size at which the model sees the photo; more finds smaller things, and takes time</source>
        <translation>Taille à laquelle le modèle voit la photo ; plus grande, elle trouve de plus petites choses et prend du temps</translation>
    </message>
    <message>
        <source>Look &amp;closer at small faces</source>
        <translation>Regarder les petits visages de plus &amp;près</translation>
    </message>
    <message>
        <source>Look closer at small faces</source>
        <translation>Regarder les petits visages de plus près</translation>
    </message>
    <message>
        <source>The model looks a second time, closer, at faces that are small in the photo, as in groups. It can be wrong: faces are missed, and other things taken for faces. Results say how many it took.</source>
        <translation>Le modèle regarde une seconde fois, de plus près, les visages qui sont petits dans la photo, comme dans les groupes. Il peut se tromper : des visages lui échappent, et d’autres choses sont prises pour des visages. Les résultats disent combien il en a retenu.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <source>What makes the color</source>
        <translation>Ce qui fait la couleur</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Appareil</translation>
    </message>
    <message>
        <source>Where the model runs</source>
        <translation>Où le modèle est exécuté</translation>
    </message>
    <message>
        <source>&amp;Strength</source>
        <translation>&amp;Intensité</translation>
    </message>
    <message>
        <source>Doubt &amp;fade</source>
        <translation>Estomper le &amp;doute</translation>
    </message>
    <message>
        <source>&amp;Preset</source>
        <translation>&amp;Préréglage</translation>
    </message>
    <message>
        <source>&amp;Detail</source>
        <translation>Dé&amp;tail</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modèle</translation>
    </message>
    <message>
        <source>De&amp;vice</source>
        <translation>Appar&amp;eil</translation>
    </message>
    <message>
        <source>strength</source>
        <translation>intensité</translation>
    </message>
    <message>
        <source>doubt fade</source>
        <translation>estompage du doute</translation>
    </message>
    <message>
        <source>faces</source>
        <translation>visages</translation>
    </message>
    <message>
        <source>preset</source>
        <translation>préréglage</translation>
    </message>
    <message>
        <source>detail</source>
        <translation>détail</translation>
    </message>
    <message>
        <source>device</source>
        <translation>appareil</translation>
    </message>
    <message>
        <source>model</source>
        <translation>modèle</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Choisir un modèle</translation>
    </message>
    <message>
        <source>Models ({kinds})</source>
        <translation>Modèles ({kinds})</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <source>OpenRaster, for Krita and GIMP</source>
        <translation>OpenRaster, pour Krita et GIMP</translation>
    </message>
    <message>
        <source>PSD, for Photoshop</source>
        <translation>PSD, pour Photoshop</translation>
    </message>
    <message>
        <source>color layer alone, PNG</source>
        <translation>calque de couleur seul, PNG</translation>
    </message>
    <message>
        <source>Export {file}</source>
        <translation>Exporter {file}</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualité</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Calques</translation>
    </message>
    <message>
        <source>Damage</source>
        <translation>Dégâts</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>Bro&amp;wse…</source>
        <translation>Par&amp;courir…</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>&amp;Quality</source>
        <translation>&amp;Qualité</translation>
    </message>
    <message>
        <source>&amp;Layers beside it</source>
        <translation>Ca&amp;lques à côté</translation>
    </message>
    <message>
        <source>F&amp;ile</source>
        <translation>F&amp;ichier</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exporter</translation>
    </message>
    <message>
        <source>The bit depth is the photo&apos;s own.</source>
        <translation>La profondeur de bits est celle de la photo.</translation>
    </message>
    <message>
        <source>The bit depth is the photo&apos;s own, but no more than {most} bits.</source>
        <translation>La profondeur de bits est celle de la photo, mais {most} bits au plus.</translation>
    </message>
    <message>
        <source>Metadata go along, and say that a model made the colors, as in a run.</source>
        <translation>Les métadonnées suivent, et disent comme dans un traitement qu’un modèle a fait les couleurs.</translation>
    </message>
    <message>
        <source>The picture is marked in a corner, as the options of the run say.</source>
        <translation>L’image est marquée dans un coin, comme le disent les options du traitement.</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exporter vers</translation>
    </message>
    <message>
        <source>as the photo</source>
        <translation>comme la photo</translation>
    </message>
    <message>
        <source>{file} is there already. Replace it?</source>
        <translation>{file} existe déjà. Le remplacer ?</translation>
    </message>
    <message>
        <source>Open a photo first.</source>
        <translation>Ouvrez d’abord une photo.</translation>
    </message>
    <message>
        <source>A photo is being written; wait until it is done.</source>
        <translation>Une photo est en cours d’écriture ; attendez la fin.</translation>
    </message>
    <message>
        <source>write the photo</source>
        <translation>écrire la photo</translation>
    </message>
    <message>
        <source>Writing {file}…</source>
        <translation>Écriture de {file}…</translation>
    </message>
    <message>
        <source>tile {number} of {many}</source>
        <translation>tuile {number} sur {many}</translation>
    </message>
    <message>
        <source>Written: {files}</source>
        <translation>Écrit : {files}</translation>
    </message>
    <message>
        <source>{file} is written.</source>
        <translation>{file} est écrit.</translation>
    </message>
    <message>
        <source>The colored photo is on the clipboard.</source>
        <translation>La photo colorée est dans le presse-papiers.</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Traitement</translation>
    </message>
    <message>
        <source>change {setting}</source>
        <translation>changer : {setting}</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>aucun pour l’instant</translation>
    </message>
    <message>
        <source>&amp;Forget these folders</source>
        <translation>&amp;Oublier ces dossiers</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Taille du pinceau</translation>
    </message>
    <message>
        <source>Size of the brush ([ and ])</source>
        <translation>Taille du pinceau ([ et ])</translation>
    </message>
    <message>
        <source>B&amp;rush</source>
        <translation>Pi&amp;nceau</translation>
    </message>
    <message>
        <source>Color of the brush: {color}</source>
        <translation>Couleur du pinceau : {color}</translation>
    </message>
    <message>
        <source>Color of the brush</source>
        <translation>Couleur du pinceau</translation>
    </message>
    <message>
        <source>before</source>
        <translation>avant</translation>
    </message>
    <message>
        <source>after</source>
        <translation>après</translation>
    </message>
    <message>
        <source>Coloring…</source>
        <translation>Coloration…</translation>
    </message>
    <message>
        <source>Reading {file}…</source>
        <translation>Lecture de {file}…</translation>
    </message>
    <message>
        <source>mean doubt {share}</source>
        <translation>doute moyen {share}</translation>
    </message>
    <message>
        <source>colored on {device}</source>
        <translation>colorée sur : {device}</translation>
    </message>
    <message>
        <source>first colors, refining…</source>
        <translation>premières couleurs, affinage…</translation>
    </message>
    <message>
        <source>coloring, tile {number} of {many}</source>
        <translation>coloration, tuile {number} sur {many}</translation>
    </message>
    <message>
        <source>Photo before and after</source>
        <translation>Photo avant et après</translation>
    </message>
    <message>
        <source>{number} percent gray, the rest in color</source>
        <translation>{number} pour cent en gris, le reste en couleur</translation>
    </message>
    <message numerus="yes">
        <source>%Ln color points</source>
        <translation>
            <numerusform>%Ln point de couleur</numerusform>
            <numerusform>%Ln points de couleur</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln areas</source>
        <translation>
            <numerusform>%Ln zone</numerusform>
            <numerusform>%Ln zones</numerusform>
        </translation>
    </message>
    <message>
        <source>point {number} selected</source>
        <translation>point {number} choisi</translation>
    </message>
    <message>
        <source>area {number} selected</source>
        <translation>zone {number} choisie</translation>
    </message>
    <message>
        <source>; points without color follow when they have one</source>
        <translation>; les points sans couleur suivront quand ils en auront une</translation>
    </message>
    <message>
        <source>saved {file}</source>
        <translation>{file} enregistré</translation>
    </message>
    <message>
        <source>Select the area that you want to erase from.</source>
        <translation>Choisissez la zone à effacer.</translation>
    </message>
    <message>
        <source>This photo has as many points and areas as can be saved.</source>
        <translation>Cette photo a autant de points et de zones qu’on peut en enregistrer.</translation>
    </message>
    <message>
        <source>Delete some, or paint with a larger brush and fewer turns.</source>
        <translation>Supprimez-en, ou peignez avec un plus gros pinceau et moins de détours.</translation>
    </message>
    <message>
        <source>picked {color}</source>
        <translation>prélevé : {color}</translation>
    </message>
    <message>
        <source>add color point</source>
        <translation>poser un point de couleur</translation>
    </message>
    <message>
        <source>paint area</source>
        <translation>peindre une zone</translation>
    </message>
    <message>
        <source>choose another answer</source>
        <translation>choisir une autre réponse</translation>
    </message>
    <message>
        <source>change this photo&apos;s color</source>
        <translation>changer la couleur de cette photo</translation>
    </message>
    <message>
        <source>move color point</source>
        <translation>déplacer un point de couleur</translation>
    </message>
    <message>
        <source>change color</source>
        <translation>changer la couleur</translation>
    </message>
    <message>
        <source>change reach</source>
        <translation>changer la portée</translation>
    </message>
    <message>
        <source>delete</source>
        <translation>supprimer</translation>
    </message>
    <message>
        <source>the whole thing</source>
        <translation>l’objet entier</translation>
    </message>
    <message>
        <source>a spot</source>
        <translation>une tache</translation>
    </message>
    <message>
        <source>Press P and click on the photo for a point, or A and paint an area.</source>
        <translation>Appuyez sur P et cliquez sur la photo pour un point, ou sur A et peignez une zone.</translation>
    </message>
    <message>
        <source>Color points and areas</source>
        <translation>Points et zones de couleur</translation>
    </message>
    <message>
        <source>Color points and areas of this photo</source>
        <translation>Points et zones de couleur de cette photo</translation>
    </message>
    <message>
        <source>How far the point&apos;s color goes</source>
        <translation>Jusqu’où va la couleur du point</translation>
    </message>
    <message>
        <source>A point colors the thing that it stands on; shares of the photo&apos;s longer side keep it near.</source>
        <translation>Un point colore l’objet sur lequel il est posé ; une part du grand côté de la photo le garde proche.</translation>
    </message>
    <message>
        <source>&amp;Other color…</source>
        <translation>Au&amp;tre couleur…</translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation>&amp;Supprimer</translation>
    </message>
    <message>
        <source>It &amp;colors</source>
        <translation>Il c&amp;olore</translation>
    </message>
    <message>
        <source>area</source>
        <translation>zone</translation>
    </message>
    <message>
        <source>Select a point or an area to change its color.</source>
        <translation>Choisissez un point ou une zone pour en changer la couleur.</translation>
    </message>
    <message>
        <source>Likely colors here:</source>
        <translation>Couleurs probables ici :</translation>
    </message>
    <message>
        <source>no farther than {share}</source>
        <translation>pas plus loin que {share}</translation>
    </message>
    <message>
        <source>{named} ({color} at this place)</source>
        <translation>{named} ({color} à cet endroit)</translation>
    </message>
    <message>
        <source>Color of this point or area</source>
        <translation>Couleur de ce point ou de cette zone</translation>
    </message>
    <message>
        <source>its color is on its way</source>
        <translation>sa couleur arrive</translation>
    </message>
    <message>
        <source>reading</source>
        <translation>lecture</translation>
    </message>
    <message>
        <source>coloring</source>
        <translation>coloration</translation>
    </message>
    <message>
        <source>painting</source>
        <translation>peinture</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>écriture</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Try failed again</source>
        <translation>Réessayer les échecs</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Toutes les photos</translation>
    </message>
    <message>
        <source>How far the run is</source>
        <translation>Où en est le traitement</translation>
    </message>
    <message>
        <source>Sho&amp;w results</source>
        <translation>&amp;Montrer les résultats</translation>
    </message>
    <message>
        <source>Open repor&amp;t</source>
        <translation>Ouvrir le rappor&amp;t</translation>
    </message>
    <message>
        <source>O&amp;ptions</source>
        <translation>O&amp;ptions</translation>
    </message>
    <message>
        <source>Not colored</source>
        <translation>Non colorée</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Raison</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Que faire</translation>
    </message>
    <message>
        <source>Photos that failed or were skipped, and why</source>
        <translation>Photos en échec ou passées, et pourquoi</translation>
    </message>
    <message>
        <source>The same as a command</source>
        <translation>La même chose en commande</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>Dossier des résultats</translation>
    </message>
    <message>
        <source>Choose the folder for the results</source>
        <translation>Choisir le dossier des résultats</translation>
    </message>
    <message>
        <source>&amp;Results in</source>
        <translation>&amp;Résultats dans</translation>
    </message>
    <message>
        <source>Co&amp;mmand</source>
        <translation>Co&amp;mmande</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>Copier la commande</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos to look at</source>
        <translation>
            <numerusform>%Ln photo à regarder</numerusform>
            <numerusform>%Ln photos à regarder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{number} of %Ln photos</source>
        <translation>
            <numerusform>{number} sur %Ln photo</numerusform>
            <numerusform>{number} sur %Ln photos</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} colored</source>
        <translation>{number} colorées</translation>
    </message>
    <message>
        <source>{number} skipped</source>
        <translation>{number} passées</translation>
    </message>
    <message>
        <source>{number} failed</source>
        <translation>{number} en échec</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>encore {time}</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Reprendre</translation>
    </message>
    <message>
        <source>There are no results yet.</source>
        <translation>Il n’y a pas encore de résultats.</translation>
    </message>
    <message>
        <source>Color the photos first; then they are here.</source>
        <translation>Colorez d’abord les photos ; ils seront ici.</translation>
    </message>
    <message>
        <source>Making the report…</source>
        <translation>Création du rapport…</translation>
    </message>
    <message>
        <source>The system has no program that opens {path}.</source>
        <translation>Le système n’a pas de programme qui ouvre {path}.</translation>
    </message>
    <message>
        <source>Open it yourself.</source>
        <translation>Ouvrez-le vous-même.</translation>
    </message>
    <message>
        <source>Choose “color anyway” for photos in color already, and run again.</source>
        <translation>Choisissez « colorer quand même » pour les photos déjà en couleur, et relancez.</translation>
    </message>
    <message>
        <source>photocolor restore --negatives invert makes a positive of it first.</source>
        <translation>photocolor restore --negatives invert en fait d’abord un positif.</translation>
    </message>
    <message>
        <source>Choose another folder for the results.</source>
        <translation>Choisissez un autre dossier pour les résultats.</translation>
    </message>
    <message>
        <source>Lists and marks ({kinds});;All files (*)</source>
        <translation>Listes et marques ({kinds});;Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>A list, or marks of a report</source>
        <translation>Une liste, ou les marques d’un rapport</translation>
    </message>
    <message>
        <source>{number} of the list are not open here.</source>
        <translation>{number} de la liste ne sont pas ouvertes ici.</translation>
    </message>
    <message>
        <source>run</source>
        <translation>lancer le traitement</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Arrêt en cours…</translation>
    </message>
    <message>
        <source>Paused; photos at work are finished.</source>
        <translation>En pause ; les photos en cours seront terminées.</translation>
    </message>
    <message>
        <source>The run was refused.</source>
        <translation>Le traitement a été refusé.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos colored in {time}</source>
        <translation>
            <numerusform>%Ln photo colorée en {time}</numerusform>
            <numerusform>%Ln photos colorées en {time}</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} left; run again to go on</source>
        <translation>{number} restantes ; relancer pour continuer</translation>
    </message>
    <message>
        <source>Canceled: {parts}.</source>
        <translation>Annulé : {parts}.</translation>
    </message>
    <message>
        <source>Finished: {parts}.</source>
        <translation>Terminé : {parts}.</translation>
    </message>
    <message>
        <source>pass over</source>
        <translation>passer</translation>
    </message>
    <message>
        <source>copy</source>
        <translation>copier</translation>
    </message>
    <message>
        <source>color anyway</source>
        <translation>colorer quand même</translation>
    </message>
    <message>
        <source>leave</source>
        <translation>laisser</translation>
    </message>
    <message>
        <source>mend spots</source>
        <translation>réparer les taches</translation>
    </message>
    <message>
        <source>in a corner</source>
        <translation>dans un coin</translation>
    </message>
    <message>
        <source>Format of the results</source>
        <translation>Format des résultats</translation>
    </message>
    <message>
        <source>Quality of the results, where the format has one</source>
        <translation>Qualité des résultats, si le format en a une</translation>
    </message>
    <message>
        <source>Photos that have color already</source>
        <translation>Photos déjà en couleur</translation>
    </message>
    <message>
        <source>Mark in the picture that it is colorized</source>
        <translation>Marque dans l’image qu’elle est colorisée</translation>
    </message>
    <message>
        <source>What happens to dust and hairs that are marked</source>
        <translation>Ce qu’il advient des poussières et poils marqués</translation>
    </message>
    <message>
        <source>No reference</source>
        <translation>Pas de référence</translation>
    </message>
    <message>
        <source>F&amp;ormat</source>
        <translation>F&amp;ormat</translation>
    </message>
    <message>
        <source>In color alread&amp;y</source>
        <translation>Déjà en couleu&amp;r</translation>
    </message>
    <message>
        <source>Mar&amp;k</source>
        <translation>Mar&amp;que</translation>
    </message>
    <message>
        <source>R&amp;eference</source>
        <translation>Ré&amp;férence</translation>
    </message>
    <message>
        <source>&amp;Damage</source>
        <translation>&amp;Dégâts</translation>
    </message>
    <message>
        <source>format</source>
        <translation>format</translation>
    </message>
    <message>
        <source>quality</source>
        <translation>qualité</translation>
    </message>
    <message>
        <source>photos in color</source>
        <translation>photos en couleur</translation>
    </message>
    <message>
        <source>mark</source>
        <translation>marque</translation>
    </message>
    <message>
        <source>damage</source>
        <translation>dégâts</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>référence</translation>
    </message>
    <message>
        <source>none…</source>
        <translation>aucune…</translation>
    </message>
    <message>
        <source>Reference: a photo in color whose palette the results shall have</source>
        <translation>Référence : une photo en couleur dont les résultats auront la palette</translation>
    </message>
    <message>
        <source>A photo whose palette the results shall have</source>
        <translation>Une photo dont les résultats auront la palette</translation>
    </message>
    <message>
        <source>Photos ({kinds})</source>
        <translation>Photos ({kinds})</translation>
    </message>
    <message>
        <source>as opened</source>
        <translation>dans l’ordre d’ouverture</translation>
    </message>
    <message>
        <source>by name</source>
        <translation>par nom</translation>
    </message>
    <message>
        <source>by state</source>
        <translation>par état</translation>
    </message>
    <message>
        <source>most doubtful first</source>
        <translation>les plus douteuses d’abord</translation>
    </message>
    <message>
        <source>most damaged first</source>
        <translation>les plus abîmées d’abord</translation>
    </message>
    <message>
        <source>, with color points</source>
        <translation>, avec points de couleur</translation>
    </message>
    <message>
        <source>damaged: {share}</source>
        <translation>abîmé : {share}</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <source>not colored yet</source>
        <translation>pas encore colorée</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>working</source>
        <translation>en cours</translation>
    </message>
    <message>
        <source>done</source>
        <translation>terminée</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>passée</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>en échec</translation>
    </message>
    <message>
        <source>Search photos</source>
        <translation>Chercher des photos</translation>
    </message>
    <message>
        <source>Order of the photos</source>
        <translation>Ordre des photos</translation>
    </message>
    <message>
        <source>Which photo of how many</source>
        <translation>Quelle photo sur combien</translation>
    </message>
    <message>
        <source>{number} of {many}</source>
        <translation>{number} sur {many}</translation>
    </message>
    <message>
        <source>{position} found, {all} in all</source>
        <translation>{position} trouvées, {all} en tout</translation>
    </message>
    <message>
        <source>black</source>
        <translation>noir</translation>
    </message>
    <message>
        <source>white</source>
        <translation>blanc</translation>
    </message>
    <message>
        <source>gray</source>
        <translation>gris</translation>
    </message>
    <message>
        <source>dark gray</source>
        <translation>gris foncé</translation>
    </message>
    <message>
        <source>light gray</source>
        <translation>gris clair</translation>
    </message>
    <message>
        <source>brown</source>
        <translation>brun</translation>
    </message>
    <message>
        <source>dark brown</source>
        <translation>brun foncé</translation>
    </message>
    <message>
        <source>olive</source>
        <translation>olive</translation>
    </message>
    <message>
        <source>dark olive</source>
        <translation>olive foncé</translation>
    </message>
    <message>
        <source>wine red</source>
        <translation>bordeaux</translation>
    </message>
    <message>
        <source>dark wine red</source>
        <translation>bordeaux foncé</translation>
    </message>
    <message>
        <source>pink</source>
        <translation>rose</translation>
    </message>
    <message>
        <source>light pink</source>
        <translation>rose clair</translation>
    </message>
    <message>
        <source>pale pink</source>
        <translation>rose pâle</translation>
    </message>
    <message>
        <source>red</source>
        <translation>rouge</translation>
    </message>
    <message>
        <source>dark red</source>
        <translation>rouge foncé</translation>
    </message>
    <message>
        <source>light red</source>
        <translation>rouge clair</translation>
    </message>
    <message>
        <source>pale red</source>
        <translation>rouge pâle</translation>
    </message>
    <message>
        <source>orange</source>
        <translation>orange</translation>
    </message>
    <message>
        <source>light orange</source>
        <translation>orange clair</translation>
    </message>
    <message>
        <source>pale orange</source>
        <translation>orange pâle</translation>
    </message>
    <message>
        <source>yellow</source>
        <translation>jaune</translation>
    </message>
    <message>
        <source>light yellow</source>
        <translation>jaune clair</translation>
    </message>
    <message>
        <source>pale yellow</source>
        <translation>jaune pâle</translation>
    </message>
    <message>
        <source>green</source>
        <translation>vert</translation>
    </message>
    <message>
        <source>dark green</source>
        <translation>vert foncé</translation>
    </message>
    <message>
        <source>light green</source>
        <translation>vert clair</translation>
    </message>
    <message>
        <source>pale green</source>
        <translation>vert pâle</translation>
    </message>
    <message>
        <source>turquoise</source>
        <translation>turquoise</translation>
    </message>
    <message>
        <source>dark turquoise</source>
        <translation>turquoise foncé</translation>
    </message>
    <message>
        <source>light turquoise</source>
        <translation>turquoise clair</translation>
    </message>
    <message>
        <source>pale turquoise</source>
        <translation>turquoise pâle</translation>
    </message>
    <message>
        <source>blue</source>
        <translation>bleu</translation>
    </message>
    <message>
        <source>dark blue</source>
        <translation>bleu foncé</translation>
    </message>
    <message>
        <source>light blue</source>
        <translation>bleu clair</translation>
    </message>
    <message>
        <source>pale blue</source>
        <translation>bleu pâle</translation>
    </message>
    <message>
        <source>violet</source>
        <translation>violet</translation>
    </message>
    <message>
        <source>dark violet</source>
        <translation>violet foncé</translation>
    </message>
    <message>
        <source>light violet</source>
        <translation>violet clair</translation>
    </message>
    <message>
        <source>pale violet</source>
        <translation>violet pâle</translation>
    </message>
    <message>
        <source>calm</source>
        <translation>calme</translation>
    </message>
    <message>
        <source>natural</source>
        <translation>naturel</translation>
    </message>
    <message>
        <source>vivid</source>
        <translation>vif</translation>
    </message>
    <message>
        <source>the model&apos;s own</source>
        <translation>celle du modèle</translation>
    </message>
    <message>
        <source>more {color}</source>
        <translation>plus {color}</translation>
    </message>
    <message>
        <source>livelier</source>
        <translation>plus vive</translation>
    </message>
    <message>
        <source>elsewhere in the photo</source>
        <translation>ailleurs dans la photo</translation>
    </message>
    <message>
        <source>fair skin</source>
        <translation>peau claire</translation>
    </message>
    <message>
        <source>brown skin</source>
        <translation>peau brune</translation>
    </message>
    <message>
        <source>clear sky</source>
        <translation>ciel clair</translation>
    </message>
    <message>
        <source>hazy sky</source>
        <translation>ciel brumeux</translation>
    </message>
    <message>
        <source>leaves</source>
        <translation>feuillage</translation>
    </message>
    <message>
        <source>dry grass</source>
        <translation>herbe sèche</translation>
    </message>
    <message>
        <source>earth</source>
        <translation>terre</translation>
    </message>
    <message>
        <source>brick</source>
        <translation>brique</translation>
    </message>
    <message>
        <source>wood</source>
        <translation>bois</translation>
    </message>
    <message>
        <source>navy blue</source>
        <translation>bleu marine</translation>
    </message>
    <message>
        <source>no color</source>
        <translation>sans couleur</translation>
    </message>
    <message>
        <source>the processor</source>
        <translation>le processeur</translation>
    </message>
    <message>
        <source>an NVIDIA GPU</source>
        <translation>un GPU NVIDIA</translation>
    </message>
    <message>
        <source>an NVIDIA GPU (TensorRT)</source>
        <translation>un GPU NVIDIA (TensorRT)</translation>
    </message>
    <message>
        <source>Apple&apos;s accelerator</source>
        <translation>l’accélérateur d’Apple</translation>
    </message>
    <message>
        <source>a GPU (DirectML)</source>
        <translation>un GPU (DirectML)</translation>
    </message>
    <message>
        <source>an AMD GPU</source>
        <translation>un GPU AMD</translation>
    </message>
    <message>
        <source>in color already</source>
        <translation>déjà en couleur</translation>
    </message>
    <message>
        <source>another file has the result&apos;s name</source>
        <translation>un autre fichier porte le nom du résultat</translation>
    </message>
    <message>
        <source>Drop photos or a folder here, or press Ctrl+O for photos and Ctrl+Shift+O for a folder.</source>
        <translation>Déposez ici des photos ou un dossier, ou appuyez sur Ctrl+O pour des photos et Ctrl+Maj+O pour un dossier.</translation>
    </message>
    <message>
        <source>results folder</source>
        <translation>dossier des résultats</translation>
    </message>
    <message>
        <source>open other photos</source>
        <translation>ouvrir d’autres photos</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>Recherche de photos…</translation>
    </message>
    <message>
        <source>There is no photo in {folder}.</source>
        <translation>Il n’y a pas de photo dans {folder}.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message>
        <source>The color points of {names} are not saved. Save them before you {do}?</source>
        <translation>Les points de couleur de {names} ne sont pas enregistrés. Les enregistrer avant de {do} ?</translation>
    </message>
    <message>
        <source>Go on without them</source>
        <translation>Continuer sans eux</translation>
    </message>
    <message>
        <source>close</source>
        <translation>fermer</translation>
    </message>
    <message>
        <source>Writing the photo in color; then drag it again.</source>
        <translation>Écriture de la photo en couleur ; faites-la glisser de nouveau ensuite.</translation>
    </message>
    <message>
        <source>Now the photo can be dragged out of the window.</source>
        <translation>La photo peut maintenant être glissée hors de la fenêtre.</translation>
    </message>
    <message>
        <source>as in Color</source>
        <translation>comme sous Couleur</translation>
    </message>
    <message>
        <source>Looking for other answers…</source>
        <translation>Recherche d&apos;autres réponses…</translation>
    </message>
    <message>
        <source>Other answers</source>
        <translation>Autres réponses</translation>
    </message>
    <message>
        <source>Color of this photo</source>
        <translation>Couleur de cette photo</translation>
    </message>
    <message>
        <source>How much color this photo gets, whatever the run says; kept beside the photo</source>
        <translation>Quantité de couleur de cette photo, quoi que dise le traitement ; conservée à côté de la photo</translation>
    </message>
    <message>
        <source>&amp;This photo</source>
        <translation>&amp;Cette photo</translation>
    </message>
    <message>
        <source>Answer {number}: {name}</source>
        <translation>Réponse {number} : {name}</translation>
    </message>
    <message>
        <source>The model is sure of this photo and holds no other answer possible.</source>
        <translation>Le modèle est sûr de cette photo et ne croit aucune autre réponse possible.</translation>
    </message>
    <message>
        <source>The finder cannot look at this photo: {why}</source>
        <translation>Le détecteur ne peut pas examiner cette photo : {why}</translation>
    </message>
    <message>
        <source>The mask beside this photo cannot be used, and is not painted over.</source>
        <translation>Le masque à côté de cette photo est inutilisable ; on ne peint pas par-dessus.</translation>
    </message>
    <message>
        <source>What is wider than {width} pixels is left as it is; [ makes the brush smaller.</source>
        <translation>Ce qui dépasse {width} pixels de large reste tel quel ; [ réduit le pinceau.</translation>
    </message>
    <message>
        <source>paint damage</source>
        <translation>peindre des dégâts</translation>
    </message>
    <message>
        <source>Shows what is marked: yellow by the finder; by hand red damage, blue none</source>
        <translation>Montre ce qui est marqué : en jaune par le détecteur ; à la main, rouge pour un défaut, bleu pour aucun</translation>
    </message>
    <message>
        <source>the finder looks for damage…</source>
        <translation>le détecteur cherche les défauts…</translation>
    </message>
    <message>
        <source>the finder marks nothing</source>
        <translation>le détecteur ne marque rien</translation>
    </message>
    <message>
        <source>marked by the finder: {share}</source>
        <translation>marqué par le détecteur : {share}</translation>
    </message>
    <message>
        <source>damage, marked by hand</source>
        <translation>défaut, marqué à la main</translation>
    </message>
    <message>
        <source>no damage, marked by hand</source>
        <translation>pas de défaut, marqué à la main</translation>
    </message>
    <message>
        <source>This photo has color already.</source>
        <translation>Cette photo est déjà en couleur.</translation>
    </message>
    <message>
        <source>This photo is a negative; restore leaves it out.</source>
        <translation>Cette photo est un négatif ; restore la laisse de côté.</translation>
    </message>
    <message>
        <source>The first of {number} pages; a run and Export color them all.</source>
        <translation>La première de {number} pages ; un traitement et « Exporter » les colorent toutes.</translation>
    </message>
</context>
</TS>
