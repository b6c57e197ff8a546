<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es_ES" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Color &amp;points</source>
        <translation>&amp;Puntos de color</translation>
    </message>
    <message>
        <source>A click on the photo makes a color point</source>
        <translation>Un clic en la foto pone un punto de color</translation>
    </message>
    <message>
        <source>Color &amp;area</source>
        <translation>&amp;Zona de color</translation>
    </message>
    <message>
        <source>Paint an area in the color of the brush; the right button erases</source>
        <translation>Pintar una zona con el color del pincel; el botón derecho borra</translation>
    </message>
    <message>
        <source>Da&amp;mage brush</source>
        <translation>Pincel de &amp;daños</translation>
    </message>
    <message>
        <source>Paint what is damage; the right button paints what is none</source>
        <translation>Pintar lo que está dañado; el botón derecho pinta lo que no lo está</translation>
    </message>
    <message>
        <source>E&amp;yedropper</source>
        <translation>&amp;Cuentagotas</translation>
    </message>
    <message>
        <source>A click takes the color of a place, in this photo or in another one</source>
        <translation>Un clic toma el color de un lugar, de esta foto o de otra</translation>
    </message>
    <message>
        <source>move the line between before and after; with Shift farther</source>
        <translation>mover la línea entre antes y después; con Mayús, más lejos</translation>
    </message>
    <message>
        <source>all in color, all as before</source>
        <translation>todo en color, todo como antes</translation>
    </message>
    <message>
        <source>hold to see the photo before</source>
        <translation>mantener para ver la foto de antes</translation>
    </message>
    <message>
        <source>zoom in, out, whole photo, actual pixels</source>
        <translation>acercar, alejar, foto entera, píxeles reales</translation>
    </message>
    <message>
        <source>move the photo when it is zoomed</source>
        <translation>mover la foto ampliada</translation>
    </message>
    <message>
        <source>color points: click, or move the crosshair with the arrows and press Enter</source>
        <translation>puntos de color: hacer clic, o mover la cruz con las flechas y pulsar Intro</translation>
    </message>
    <message>
        <source>color area: paint; smaller and larger brush; right button or Shift erases</source>
        <translation>zona de color: pintar; pincel menor y mayor; el botón derecho o Mayús borra</translation>
    </message>
    <message>
        <source>damage brush: paint dust and hairs, right button or Shift what is none; show the mask</source>
        <translation>pincel de daños: pintar polvo y pelos, con el botón derecho o Mayús lo que no lo es; mostrar la máscara</translation>
    </message>
    <message>
        <source>eyedropper: take a color from a place of this photo or of another one</source>
        <translation>cuentagotas: tomar un color de esta foto o de otra</translation>
    </message>
    <message>
        <source>other answers that the model holds possible, to click</source>
        <translation>otras respuestas que el modelo cree posibles, para elegir</translation>
    </message>
    <message>
        <source>next point or area, the one before</source>
        <translation>punto o zona siguiente, anterior</translation>
    </message>
    <message>
        <source>move, delete, leave the selected point</source>
        <translation>mover, borrar, dejar el punto elegido</translation>
    </message>
    <message>
        <source>undo, redo: points, areas and every setting</source>
        <translation>deshacer, rehacer: puntos, zonas y todos los ajustes</translation>
    </message>
    <message>
        <source>export the photo, copy it in color</source>
        <translation>exportar la foto, copiarla en color</translation>
    </message>
    <message>
        <source>next photo, photo before</source>
        <translation>foto siguiente, foto anterior</translation>
    </message>
    <message>
        <source>search the photos</source>
        <translation>buscar en las fotos</translation>
    </message>
    <message>
        <source>to the canvas, the photos, the settings, the run</source>
        <translation>a la imagen, las fotos, los ajustes, el proceso</translation>
    </message>
    <message>
        <source>As the s&amp;ystem</source>
        <translation>Como el s&amp;istema</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>C&amp;laro</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Oscuro</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Herramientas</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Archivo</translation>
    </message>
    <message>
        <source>&amp;Open photos…</source>
        <translation>&amp;Abrir fotos…</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>Abrir &amp;carpeta…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>Abrir &amp;reciente</translation>
    </message>
    <message>
        <source>&amp;Save color points</source>
        <translation>&amp;Guardar los puntos de color</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportar…</translation>
    </message>
    <message>
        <source>Save &amp;beside the original</source>
        <translation>Guardar &amp;junto al original</translation>
    </message>
    <message>
        <source>&amp;Copy the colored photo</source>
        <translation>Co&amp;piar la foto coloreada</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Salir</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Editar</translation>
    </message>
    <message>
        <source>Other &amp;answers</source>
        <translation>Otras &amp;respuestas</translation>
    </message>
    <message>
        <source>&amp;Delete point or area</source>
        <translation>&amp;Borrar punto o zona</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>&amp;Whole photo</source>
        <translation>&amp;Foto entera</translation>
    </message>
    <message>
        <source>&amp;Actual pixels</source>
        <translation>Pí&amp;xeles reales</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>&amp;Acercar</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>A&amp;lejar</translation>
    </message>
    <message>
        <source>&amp;Next photo</source>
        <translation>Foto &amp;siguiente</translation>
    </message>
    <message>
        <source>&amp;Photo before</source>
        <translation>Foto an&amp;terior</translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation>Parte siguiente de la ventana</translation>
    </message>
    <message>
        <source>&amp;Before as plain gray</source>
        <translation>Antes en &amp;gris puro</translation>
    </message>
    <message>
        <source>Damage &amp;mask</source>
        <translation>&amp;Máscara de daños</translation>
    </message>
    <message>
        <source>&amp;Search the photos</source>
        <translation>&amp;Buscar en las fotos</translation>
    </message>
    <message>
        <source>&amp;Look</source>
        <translation>A&amp;specto</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>&amp;Idioma</translation>
    </message>
    <message>
        <source>The window speaks the other language when it is opened again.</source>
        <translation>La ventana hablará el otro idioma cuando se abra de nuevo.</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Proceso</translation>
    </message>
    <message>
        <source>Color &amp;all photos</source>
        <translation>Colorear &amp;todas las fotos</translation>
    </message>
    <message>
        <source>Color se&amp;lected photos</source>
        <translation>Colorear las fotos &amp;elegidas</translation>
    </message>
    <message>
        <source>Color photos of a l&amp;ist…</source>
        <translation>Colorear las fotos de una l&amp;ista…</translation>
    </message>
    <message>
        <source>&amp;Pause or go on</source>
        <translation>&amp;Pausar o seguir</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Cancelar</translation>
    </message>
    <message>
        <source>Show &amp;results</source>
        <translation>Mostrar los &amp;resultados</translation>
    </message>
    <message>
        <source>&amp;Open report</source>
        <translation>&amp;Abrir el informe</translation>
    </message>
    <message>
        <source>Copy the co&amp;mmand</source>
        <translation>Copiar la &amp;orden</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>A&amp;yuda</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>&amp;Teclas</translation>
    </message>
    <message>
        <source>Colors black-and-white photographs and keeps everything else as it was.</source>
        <translation>Colorea fotografías en blanco y negro y deja todo lo demás como estaba.</translation>
    </message>
    <message>
        <source>&amp;About photocolor</source>
        <translation>&amp;Acerca de photocolor</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
    <message>
        <source>Photos ({kinds});;All files (*)</source>
        <translation>Fotos ({kinds});;Todos los archivos (*)</translation>
    </message>
    <message>
        <source>Open photos</source>
        <translation>Abrir fotos</translation>
    </message>
    <message>
        <source>Open a folder of photos</source>
        <translation>Abrir una carpeta de fotos</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automático</translation>
    </message>
    <message>
        <source>full size, slow</source>
        <translation>tamaño completo, lento</translation>
    </message>
    <message>
        <source>another model…</source>
        <translation>otro modelo…</translation>
    </message>
    <message>
        <source>Color</source>
        <translation>Color</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Intensidad</translation>
    </message>
    <message>
        <source>0 leaves gray, 1 is the model&apos;s own color</source>
        <translation>0 lo deja gris, 1 es el color del modelo</translation>
    </message>
    <message>
        <source>Doubt fade</source>
        <translation>Atenuar la duda</translation>
    </message>
    <message>
        <source>Color goes toward gray where the model is guessing</source>
        <translation>El color tiende al gris donde el modelo adivina</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Ajuste</translation>
    </message>
    <message>
        <source>How much color: more where the model is sure, less where it guesses</source>
        <translation>Cuánto color: más donde el modelo está seguro, menos donde adivina</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Detalle</translation>
    </message>
    <message>
        <source>Size at which the model sees the photo; more finds smaller things, and takes time</source>
        <translation>Tamaño al que el modelo ve la foto; mayor, encuentra cosas más pequeñas y tarda más</translation>
    </message>
    <message>
        <source>Look &amp;closer at small faces</source>
        <translation>Mirar las caras pequeñas más de &amp;cerca</translation>
    </message>
    <message>
        <source>Look closer at small faces</source>
        <translation>Mirar las caras pequeñas más de cerca</translation>
    </message>
    <message>
        <source>The model looks a second time, closer, at faces that are small in the photo, as in groups. It can be wrong: faces are missed, and other things taken for faces. Results say how many it took.</source>
        <translation>El modelo mira por segunda vez, más de cerca, las caras que son pequeñas en la foto, como en los grupos. Puede equivocarse: se le escapan caras y toma otras cosas por caras. Los resultados dicen cuántas fueron.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modelo</translation>
    </message>
    <message>
        <source>What makes the color</source>
        <translation>Lo que hace el color</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Dispositivo</translation>
    </message>
    <message>
        <source>Where the model runs</source>
        <translation>Dónde se ejecuta el modelo</translation>
    </message>
    <message>
        <source>&amp;Strength</source>
        <translation>&amp;Intensidad</translation>
    </message>
    <message>
        <source>Doubt &amp;fade</source>
        <translation>A&amp;tenuar la duda</translation>
    </message>
    <message>
        <source>&amp;Preset</source>
        <translation>A&amp;juste</translation>
    </message>
    <message>
        <source>&amp;Detail</source>
        <translation>&amp;Detalle</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modelo</translation>
    </message>
    <message>
        <source>De&amp;vice</source>
        <translation>Dispositi&amp;vo</translation>
    </message>
    <message>
        <source>strength</source>
        <translation>intensidad</translation>
    </message>
    <message>
        <source>doubt fade</source>
        <translation>atenuación de la duda</translation>
    </message>
    <message>
        <source>faces</source>
        <translation>caras</translation>
    </message>
    <message>
        <source>preset</source>
        <translation>ajuste</translation>
    </message>
    <message>
        <source>detail</source>
        <translation>detalle</translation>
    </message>
    <message>
        <source>device</source>
        <translation>dispositivo</translation>
    </message>
    <message>
        <source>model</source>
        <translation>modelo</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Elegir un modelo</translation>
    </message>
    <message>
        <source>Models ({kinds})</source>
        <translation>Modelos ({kinds})</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguno</translation>
    </message>
    <message>
        <source>OpenRaster, for Krita and GIMP</source>
        <translation>OpenRaster, para Krita y GIMP</translation>
    </message>
    <message>
        <source>PSD, for Photoshop</source>
        <translation>PSD, para Photoshop</translation>
    </message>
    <message>
        <source>color layer alone, PNG</source>
        <translation>solo la capa de color, PNG</translation>
    </message>
    <message>
        <source>Export {file}</source>
        <translation>Exportar {file}</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Formato</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Calidad</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Capas</translation>
    </message>
    <message>
        <source>Damage</source>
        <translation>Daños</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Bro&amp;wse…</source>
        <translation>E&amp;xaminar…</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Formato</translation>
    </message>
    <message>
        <source>&amp;Quality</source>
        <translation>&amp;Calidad</translation>
    </message>
    <message>
        <source>&amp;Layers beside it</source>
        <translation>Ca&amp;pas al lado</translation>
    </message>
    <message>
        <source>F&amp;ile</source>
        <translation>Arch&amp;ivo</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportar</translation>
    </message>
    <message>
        <source>The bit depth is the photo&apos;s own.</source>
        <translation>La profundidad de bits es la de la foto.</translation>
    </message>
    <message>
        <source>The bit depth is the photo&apos;s own, but no more than {most} bits.</source>
        <translation>La profundidad de bits es la de la foto, pero no más de {most} bits.</translation>
    </message>
    <message>
        <source>Metadata go along, and say that a model made the colors, as in a run.</source>
        <translation>Los metadatos acompañan y dicen, como en un proceso, que un modelo hizo los colores.</translation>
    </message>
    <message>
        <source>The picture is marked in a corner, as the options of the run say.</source>
        <translation>La imagen se marca en una esquina, como dicen las opciones del proceso.</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportar a</translation>
    </message>
    <message>
        <source>as the photo</source>
        <translation>como la foto</translation>
    </message>
    <message>
        <source>{file} is there already. Replace it?</source>
        <translation>{file} ya existe. ¿Reemplazarlo?</translation>
    </message>
    <message>
        <source>Open a photo first.</source>
        <translation>Abra primero una foto.</translation>
    </message>
    <message>
        <source>A photo is being written; wait until it is done.</source>
        <translation>Se está escribiendo una foto; espere a que termine.</translation>
    </message>
    <message>
        <source>write the photo</source>
        <translation>escribir la foto</translation>
    </message>
    <message>
        <source>Writing {file}…</source>
        <translation>Escribiendo {file}…</translation>
    </message>
    <message>
        <source>tile {number} of {many}</source>
        <translation>tesela {number} de {many}</translation>
    </message>
    <message>
        <source>Written: {files}</source>
        <translation>Escrito: {files}</translation>
    </message>
    <message>
        <source>{file} is written.</source>
        <translation>{file} está escrito.</translation>
    </message>
    <message>
        <source>The colored photo is on the clipboard.</source>
        <translation>La foto coloreada está en el portapapeles.</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Ampliación</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Proceso</translation>
    </message>
    <message>
        <source>change {setting}</source>
        <translation>cambiar: {setting}</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>ninguna todavía</translation>
    </message>
    <message>
        <source>&amp;Forget these folders</source>
        <translation>&amp;Olvidar estas carpetas</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Tamaño del pincel</translation>
    </message>
    <message>
        <source>Size of the brush ([ and ])</source>
        <translation>Tamaño del pincel ([ y ])</translation>
    </message>
    <message>
        <source>B&amp;rush</source>
        <translation>Pince&amp;l</translation>
    </message>
    <message>
        <source>Color of the brush: {color}</source>
        <translation>Color del pincel: {color}</translation>
    </message>
    <message>
        <source>Color of the brush</source>
        <translation>Color del pincel</translation>
    </message>
    <message>
        <source>before</source>
        <translation>antes</translation>
    </message>
    <message>
        <source>after</source>
        <translation>después</translation>
    </message>
    <message>
        <source>Coloring…</source>
        <translation>Coloreando…</translation>
    </message>
    <message>
        <source>Reading {file}…</source>
        <translation>Leyendo {file}…</translation>
    </message>
    <message>
        <source>mean doubt {share}</source>
        <translation>duda media {share}</translation>
    </message>
    <message>
        <source>colored on {device}</source>
        <translation>coloreada en: {device}</translation>
    </message>
    <message>
        <source>first colors, refining…</source>
        <translation>primeros colores, afinando…</translation>
    </message>
    <message>
        <source>coloring, tile {number} of {many}</source>
        <translation>coloreando, tesela {number} de {many}</translation>
    </message>
    <message>
        <source>Photo before and after</source>
        <translation>Foto antes y después</translation>
    </message>
    <message>
        <source>{number} percent gray, the rest in color</source>
        <translation>{number} por ciento en gris, el resto en color</translation>
    </message>
    <message numerus="yes">
        <source>%Ln color points</source>
        <translation>
            <numerusform>%Ln punto de color</numerusform>
            <numerusform>%Ln puntos de color</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln areas</source>
        <translation>
            <numerusform>%Ln zona</numerusform>
            <numerusform>%Ln zonas</numerusform>
        </translation>
    </message>
    <message>
        <source>point {number} selected</source>
        <translation>punto {number} elegido</translation>
    </message>
    <message>
        <source>area {number} selected</source>
        <translation>zona {number} elegida</translation>
    </message>
    <message>
        <source>; points without color follow when they have one</source>
        <translation>; los puntos sin color seguirán cuando lo tengan</translation>
    </message>
    <message>
        <source>saved {file}</source>
        <translation>{file} guardado</translation>
    </message>
    <message>
        <source>Select the area that you want to erase from.</source>
        <translation>Elija la zona de la que quiere borrar.</translation>
    </message>
    <message>
        <source>This photo has as many points and areas as can be saved.</source>
        <translation>Esta foto tiene tantos puntos y zonas como se pueden guardar.</translation>
    </message>
    <message>
        <source>Delete some, or paint with a larger brush and fewer turns.</source>
        <translation>Borre algunos, o pinte con un pincel mayor y menos vueltas.</translation>
    </message>
    <message>
        <source>picked {color}</source>
        <translation>tomado: {color}</translation>
    </message>
    <message>
        <source>add color point</source>
        <translation>poner punto de color</translation>
    </message>
    <message>
        <source>paint area</source>
        <translation>pintar zona</translation>
    </message>
    <message>
        <source>choose another answer</source>
        <translation>elegir otra respuesta</translation>
    </message>
    <message>
        <source>change this photo&apos;s color</source>
        <translation>cambiar el color de esta foto</translation>
    </message>
    <message>
        <source>move color point</source>
        <translation>mover punto de color</translation>
    </message>
    <message>
        <source>change color</source>
        <translation>cambiar color</translation>
    </message>
    <message>
        <source>change reach</source>
        <translation>cambiar alcance</translation>
    </message>
    <message>
        <source>delete</source>
        <translation>borrar</translation>
    </message>
    <message>
        <source>the whole thing</source>
        <translation>el objeto entero</translation>
    </message>
    <message>
        <source>a spot</source>
        <translation>una mancha</translation>
    </message>
    <message>
        <source>Press P and click on the photo for a point, or A and paint an area.</source>
        <translation>Pulse P y haga clic en la foto para un punto, o A y pinte una zona.</translation>
    </message>
    <message>
        <source>Color points and areas</source>
        <translation>Puntos y zonas de color</translation>
    </message>
    <message>
        <source>Color points and areas of this photo</source>
        <translation>Puntos y zonas de color de esta foto</translation>
    </message>
    <message>
        <source>How far the point&apos;s color goes</source>
        <translation>Hasta dónde llega el color del punto</translation>
    </message>
    <message>
        <source>A point colors the thing that it stands on; shares of the photo&apos;s longer side keep it near.</source>
        <translation>Un punto colorea el objeto sobre el que está; una parte del lado mayor de la foto lo mantiene cerca.</translation>
    </message>
    <message>
        <source>&amp;Other color…</source>
        <translation>&amp;Otro color…</translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation>&amp;Borrar</translation>
    </message>
    <message>
        <source>It &amp;colors</source>
        <translation>Col&amp;orea</translation>
    </message>
    <message>
        <source>area</source>
        <translation>zona</translation>
    </message>
    <message>
        <source>Select a point or an area to change its color.</source>
        <translation>Elija un punto o una zona para cambiar su color.</translation>
    </message>
    <message>
        <source>Likely colors here:</source>
        <translation>Colores probables aquí:</translation>
    </message>
    <message>
        <source>no farther than {share}</source>
        <translation>no más lejos de {share}</translation>
    </message>
    <message>
        <source>{named} ({color} at this place)</source>
        <translation>{named} ({color} en este lugar)</translation>
    </message>
    <message>
        <source>Color of this point or area</source>
        <translation>Color de este punto o esta zona</translation>
    </message>
    <message>
        <source>its color is on its way</source>
        <translation>su color está en camino</translation>
    </message>
    <message>
        <source>reading</source>
        <translation>leyendo</translation>
    </message>
    <message>
        <source>coloring</source>
        <translation>coloreando</translation>
    </message>
    <message>
        <source>painting</source>
        <translation>pintando</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>escribiendo</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pausa</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Try failed again</source>
        <translation>Reintentar los fallidos</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Todas las fotos</translation>
    </message>
    <message>
        <source>How far the run is</source>
        <translation>Cómo va el proceso</translation>
    </message>
    <message>
        <source>Sho&amp;w results</source>
        <translation>&amp;Mostrar resultados</translation>
    </message>
    <message>
        <source>Open repor&amp;t</source>
        <translation>Abrir el infor&amp;me</translation>
    </message>
    <message>
        <source>O&amp;ptions</source>
        <translation>O&amp;pciones</translation>
    </message>
    <message>
        <source>Not colored</source>
        <translation>No coloreada</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Motivo</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Qué hacer</translation>
    </message>
    <message>
        <source>Photos that failed or were skipped, and why</source>
        <translation>Fotos fallidas u omitidas, y por qué</translation>
    </message>
    <message>
        <source>The same as a command</source>
        <translation>Lo mismo como orden</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>Carpeta de los resultados</translation>
    </message>
    <message>
        <source>Choose the folder for the results</source>
        <translation>Elegir la carpeta de los resultados</translation>
    </message>
    <message>
        <source>&amp;Results in</source>
        <translation>&amp;Resultados en</translation>
    </message>
    <message>
        <source>Co&amp;mmand</source>
        <translation>Ord&amp;en</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>Copiar la orden</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos to look at</source>
        <translation>
            <numerusform>%Ln foto por mirar</numerusform>
            <numerusform>%Ln fotos por mirar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{number} of %Ln photos</source>
        <translation>
            <numerusform>{number} de %Ln foto</numerusform>
            <numerusform>{number} de %Ln fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} colored</source>
        <translation>{number} coloreadas</translation>
    </message>
    <message>
        <source>{number} skipped</source>
        <translation>{number} omitidas</translation>
    </message>
    <message>
        <source>{number} failed</source>
        <translation>{number} fallidas</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>faltan {time}</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Seguir</translation>
    </message>
    <message>
        <source>There are no results yet.</source>
        <translation>Todavía no hay resultados.</translation>
    </message>
    <message>
        <source>Color the photos first; then they are here.</source>
        <translation>Coloree primero las fotos; entonces estarán aquí.</translation>
    </message>
    <message>
        <source>Making the report…</source>
        <translation>Haciendo el informe…</translation>
    </message>
    <message>
        <source>The system has no program that opens {path}.</source>
        <translation>El sistema no tiene un programa que abra {path}.</translation>
    </message>
    <message>
        <source>Open it yourself.</source>
        <translation>Ábralo usted mismo.</translation>
    </message>
    <message>
        <source>Choose “color anyway” for photos in color already, and run again.</source>
        <translation>Elija «colorear igualmente» para las fotos que ya están en color y vuelva a empezar.</translation>
    </message>
    <message>
        <source>photocolor restore --negatives invert makes a positive of it first.</source>
        <translation>photocolor restore --negatives invert la convierte antes en un positivo.</translation>
    </message>
    <message>
        <source>Choose another folder for the results.</source>
        <translation>Elija otra carpeta para los resultados.</translation>
    </message>
    <message>
        <source>Lists and marks ({kinds});;All files (*)</source>
        <translation>Listas y marcas ({kinds});;Todos los archivos (*)</translation>
    </message>
    <message>
        <source>A list, or marks of a report</source>
        <translation>Una lista, o las marcas de un informe</translation>
    </message>
    <message>
        <source>{number} of the list are not open here.</source>
        <translation>{number} de la lista no están abiertas aquí.</translation>
    </message>
    <message>
        <source>run</source>
        <translation>iniciar el proceso</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Deteniendo…</translation>
    </message>
    <message>
        <source>Paused; photos at work are finished.</source>
        <translation>En pausa; las fotos en curso se terminan.</translation>
    </message>
    <message>
        <source>The run was refused.</source>
        <translation>El proceso fue rechazado.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos colored in {time}</source>
        <translation>
            <numerusform>%Ln foto coloreada en {time}</numerusform>
            <numerusform>%Ln fotos coloreadas en {time}</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} left; run again to go on</source>
        <translation>{number} restantes; iniciar de nuevo para continuar</translation>
    </message>
    <message>
        <source>Canceled: {parts}.</source>
        <translation>Cancelado: {parts}.</translation>
    </message>
    <message>
        <source>Finished: {parts}.</source>
        <translation>Terminado: {parts}.</translation>
    </message>
    <message>
        <source>pass over</source>
        <translation>omitir</translation>
    </message>
    <message>
        <source>copy</source>
        <translation>copiar</translation>
    </message>
    <message>
        <source>color anyway</source>
        <translation>colorear igualmente</translation>
    </message>
    <message>
        <source>leave</source>
        <translation>dejar</translation>
    </message>
    <message>
        <source>mend spots</source>
        <translation>reparar manchas</translation>
    </message>
    <message>
        <source>in a corner</source>
        <translation>en una esquina</translation>
    </message>
    <message>
        <source>Format of the results</source>
        <translation>Formato de los resultados</translation>
    </message>
    <message>
        <source>Quality of the results, where the format has one</source>
        <translation>Calidad de los resultados, si el formato la tiene</translation>
    </message>
    <message>
        <source>Photos that have color already</source>
        <translation>Fotos que ya tienen color</translation>
    </message>
    <message>
        <source>Mark in the picture that it is colorized</source>
        <translation>Marca en la imagen de que está coloreada</translation>
    </message>
    <message>
        <source>What happens to dust and hairs that are marked</source>
        <translation>Qué pasa con el polvo y los pelos marcados</translation>
    </message>
    <message>
        <source>No reference</source>
        <translation>Sin referencia</translation>
    </message>
    <message>
        <source>F&amp;ormat</source>
        <translation>F&amp;ormato</translation>
    </message>
    <message>
        <source>In color alread&amp;y</source>
        <translation>&amp;Ya en color</translation>
    </message>
    <message>
        <source>Mar&amp;k</source>
        <translation>Mar&amp;ca</translation>
    </message>
    <message>
        <source>R&amp;eference</source>
        <translation>Re&amp;ferencia</translation>
    </message>
    <message>
        <source>&amp;Damage</source>
        <translation>&amp;Daños</translation>
    </message>
    <message>
        <source>format</source>
        <translation>formato</translation>
    </message>
    <message>
        <source>quality</source>
        <translation>calidad</translation>
    </message>
    <message>
        <source>photos in color</source>
        <translation>fotos en color</translation>
    </message>
    <message>
        <source>mark</source>
        <translation>marca</translation>
    </message>
    <message>
        <source>damage</source>
        <translation>daños</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>referencia</translation>
    </message>
    <message>
        <source>none…</source>
        <translation>ninguna…</translation>
    </message>
    <message>
        <source>Reference: a photo in color whose palette the results shall have</source>
        <translation>Referencia: una foto en color cuya paleta tendrán los resultados</translation>
    </message>
    <message>
        <source>A photo whose palette the results shall have</source>
        <translation>Una foto cuya paleta tendrán los resultados</translation>
    </message>
    <message>
        <source>Photos ({kinds})</source>
        <translation>Fotos ({kinds})</translation>
    </message>
    <message>
        <source>as opened</source>
        <translation>como se abrieron</translation>
    </message>
    <message>
        <source>by name</source>
        <translation>por nombre</translation>
    </message>
    <message>
        <source>by state</source>
        <translation>por estado</translation>
    </message>
    <message>
        <source>most doubtful first</source>
        <translation>las más dudosas primero</translation>
    </message>
    <message>
        <source>most damaged first</source>
        <translation>las más dañadas primero</translation>
    </message>
    <message>
        <source>, with color points</source>
        <translation>, con puntos de color</translation>
    </message>
    <message>
        <source>damaged: {share}</source>
        <translation>dañado: {share}</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>not colored yet</source>
        <translation>sin colorear</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en espera</translation>
    </message>
    <message>
        <source>working</source>
        <translation>en curso</translation>
    </message>
    <message>
        <source>done</source>
        <translation>terminada</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>omitida</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fallida</translation>
    </message>
    <message>
        <source>Search photos</source>
        <translation>Buscar fotos</translation>
    </message>
    <message>
        <source>Order of the photos</source>
        <translation>Orden de las fotos</translation>
    </message>
    <message>
        <source>Which photo of how many</source>
        <translation>Qué foto de cuántas</translation>
    </message>
    <message>
        <source>{number} of {many}</source>
        <translation>{number} de {many}</translation>
    </message>
    <message>
        <source>{position} found, {all} in all</source>
        <translation>{position} encontradas, {all} en total</translation>
    </message>
    <message>
        <source>black</source>
        <translation>negro</translation>
    </message>
    <message>
        <source>white</source>
        <translation>blanco</translation>
    </message>
    <message>
        <source>gray</source>
        <translation>gris</translation>
    </message>
    <message>
        <source>dark gray</source>
        <translation>gris oscuro</translation>
    </message>
    <message>
        <source>light gray</source>
        <translation>gris claro</translation>
    </message>
    <message>
        <source>brown</source>
        <translation>marrón</translation>
    </message>
    <message>
        <source>dark brown</source>
        <translation>marrón oscuro</translation>
    </message>
    <message>
        <source>olive</source>
        <translation>oliva</translation>
    </message>
    <message>
        <source>dark olive</source>
        <translation>oliva oscuro</translation>
    </message>
    <message>
        <source>wine red</source>
        <translation>burdeos</translation>
    </message>
    <message>
        <source>dark wine red</source>
        <translation>burdeos oscuro</translation>
    </message>
    <message>
        <source>pink</source>
        <translation>rosa</translation>
    </message>
    <message>
        <source>light pink</source>
        <translation>rosa claro</translation>
    </message>
    <message>
        <source>pale pink</source>
        <translation>rosa pálido</translation>
    </message>
    <message>
        <source>red</source>
        <translation>rojo</translation>
    </message>
    <message>
        <source>dark red</source>
        <translation>rojo oscuro</translation>
    </message>
    <message>
        <source>light red</source>
        <translation>rojo claro</translation>
    </message>
    <message>
        <source>pale red</source>
        <translation>rojo pálido</translation>
    </message>
    <message>
        <source>orange</source>
        <translation>naranja</translation>
    </message>
    <message>
        <source>light orange</source>
        <translation>naranja claro</translation>
    </message>
    <message>
        <source>pale orange</source>
        <translation>naranja pálido</translation>
    </message>
    <message>
        <source>yellow</source>
        <translation>amarillo</translation>
    </message>
    <message>
        <source>light yellow</source>
        <translation>amarillo claro</translation>
    </message>
    <message>
        <source>pale yellow</source>
        <translation>amarillo pálido</translation>
    </message>
    <message>
        <source>green</source>
        <translation>verde</translation>
    </message>
    <message>
        <source>dark green</source>
        <translation>verde oscuro</translation>
    </message>
    <message>
        <source>light green</source>
        <translation>verde claro</translation>
    </message>
    <message>
        <source>pale green</source>
        <translation>verde pálido</translation>
    </message>
    <message>
        <source>turquoise</source>
        <translation>turquesa</translation>
    </message>
    <message>
        <source>dark turquoise</source>
        <translation>turquesa oscuro</translation>
    </message>
    <message>
        <source>light turquoise</source>
        <translation>turquesa claro</translation>
    </message>
    <message>
        <source>pale turquoise</source>
        <translation>turquesa pálido</translation>
    </message>
    <message>
        <source>blue</source>
        <translation>azul</translation>
    </message>
    <message>
        <source>dark blue</source>
        <translation>azul oscuro</translation>
    </message>
    <message>
        <source>light blue</source>
        <translation>azul claro</translation>
    </message>
    <message>
        <source>pale blue</source>
        <translation>azul pálido</translation>
    </message>
    <message>
        <source>violet</source>
        <translation>violeta</translation>
    </message>
    <message>
        <source>dark violet</source>
        <translation>violeta oscuro</translation>
    </message>
    <message>
        <source>light violet</source>
        <translation>violeta claro</translation>
    </message>
    <message>
        <source>pale violet</source>
        <translation>violeta pálido</translation>
    </message>
    <message>
        <source>calm</source>
        <translation>sereno</translation>
    </message>
    <message>
        <source>natural</source>
        <translation>natural</translation>
    </message>
    <message>
        <source>vivid</source>
        <translation>vivo</translation>
    </message>
    <message>
        <source>the model&apos;s own</source>
        <translation>la del modelo</translation>
    </message>
    <message>
        <source>more {color}</source>
        <translation>más {color}</translation>
    </message>
    <message>
        <source>livelier</source>
        <translation>más viva</translation>
    </message>
    <message>
        <source>elsewhere in the photo</source>
        <translation>en otra parte de la foto</translation>
    </message>
    <message>
        <source>fair skin</source>
        <translation>piel clara</translation>
    </message>
    <message>
        <source>brown skin</source>
        <translation>piel morena</translation>
    </message>
    <message>
        <source>clear sky</source>
        <translation>cielo despejado</translation>
    </message>
    <message>
        <source>hazy sky</source>
        <translation>cielo brumoso</translation>
    </message>
    <message>
        <source>leaves</source>
        <translation>hojas</translation>
    </message>
    <message>
        <source>dry grass</source>
        <translation>hierba seca</translation>
    </message>
    <message>
        <source>earth</source>
        <translation>tierra</translation>
    </message>
    <message>
        <source>brick</source>
        <translation>ladrillo</translation>
    </message>
    <message>
        <source>wood</source>
        <translation>madera</translation>
    </message>
    <message>
        <source>navy blue</source>
        <translation>azul marino</translation>
    </message>
    <message>
        <source>no color</source>
        <translation>sin color</translation>
    </message>
    <message>
        <source>the processor</source>
        <translation>el procesador</translation>
    </message>
    <message>
        <source>an NVIDIA GPU</source>
        <translation>una GPU NVIDIA</translation>
    </message>
    <message>
        <source>an NVIDIA GPU (TensorRT)</source>
        <translation>una GPU NVIDIA (TensorRT)</translation>
    </message>
    <message>
        <source>Apple&apos;s accelerator</source>
        <translation>el acelerador de Apple</translation>
    </message>
    <message>
        <source>a GPU (DirectML)</source>
        <translation>una GPU (DirectML)</translation>
    </message>
    <message>
        <source>an AMD GPU</source>
        <translation>una GPU AMD</translation>
    </message>
    <message>
        <source>in color already</source>
        <translation>ya en color</translation>
    </message>
    <message>
        <source>another file has the result&apos;s name</source>
        <translation>otro archivo tiene el nombre del resultado</translation>
    </message>
    <message>
        <source>Drop photos or a folder here, or press Ctrl+O for photos and Ctrl+Shift+O for a folder.</source>
        <translation>Suelte aquí fotos o una carpeta, o pulse Ctrl+O para fotos y Ctrl+Mayús+O para una carpeta.</translation>
    </message>
    <message>
        <source>results folder</source>
        <translation>carpeta de resultados</translation>
    </message>
    <message>
        <source>open other photos</source>
        <translation>abrir otras fotos</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>Buscando fotos…</translation>
    </message>
    <message>
        <source>There is no photo in {folder}.</source>
        <translation>No hay ninguna foto en {folder}.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln foto</numerusform>
            <numerusform>%Ln fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>The color points of {names} are not saved. Save them before you {do}?</source>
        <translation>Los puntos de color de {names} no están guardados. ¿Guardarlos antes de {do}?</translation>
    </message>
    <message>
        <source>Go on without them</source>
        <translation>Seguir sin ellos</translation>
    </message>
    <message>
        <source>close</source>
        <translation>cerrar</translation>
    </message>
    <message>
        <source>Writing the photo in color; then drag it again.</source>
        <translation>Escribiendo la foto en color; después arrástrela de nuevo.</translation>
    </message>
    <message>
        <source>Now the photo can be dragged out of the window.</source>
        <translation>Ahora la foto se puede arrastrar fuera de la ventana.</translation>
    </message>
    <message>
        <source>as in Color</source>
        <translation>como en Color</translation>
    </message>
    <message>
        <source>Looking for other answers…</source>
        <translation>Buscando otras respuestas…</translation>
    </message>
    <message>
        <source>Other answers</source>
        <translation>Otras respuestas</translation>
    </message>
    <message>
        <source>Color of this photo</source>
        <translation>Color de esta foto</translation>
    </message>
    <message>
        <source>How much color this photo gets, whatever the run says; kept beside the photo</source>
        <translation>Cuánto color recibe esta foto, diga lo que diga el proceso; se guarda junto a la foto</translation>
    </message>
    <message>
        <source>&amp;This photo</source>
        <translation>&amp;Esta foto</translation>
    </message>
    <message>
        <source>Answer {number}: {name}</source>
        <translation>Respuesta {number}: {name}</translation>
    </message>
    <message>
        <source>The model is sure of this photo and holds no other answer possible.</source>
        <translation>El modelo está seguro de esta foto y no cree posible ninguna otra respuesta.</translation>
    </message>
    <message>
        <source>The finder cannot look at this photo: {why}</source>
        <translation>El detector no puede examinar esta foto: {why}</translation>
    </message>
    <message>
        <source>The mask beside this photo cannot be used, and is not painted over.</source>
        <translation>La máscara junto a esta foto no se puede usar y no se pinta encima.</translation>
    </message>
    <message>
        <source>What is wider than {width} pixels is left as it is; [ makes the brush smaller.</source>
        <translation>Lo que mide más de {width} píxeles de ancho se deja como está; [ reduce el pincel.</translation>
    </message>
    <message>
        <source>paint damage</source>
        <translation>pintar daños</translation>
    </message>
    <message>
        <source>Shows what is marked: yellow by the finder; by hand red damage, blue none</source>
        <translation>Muestra lo que está marcado: en amarillo por el detector; a mano, rojo si hay daño, azul si no lo hay</translation>
    </message>
    <message>
        <source>the finder looks for damage…</source>
        <translation>el detector busca daños…</translation>
    </message>
    <message>
        <source>the finder marks nothing</source>
        <translation>el detector no marca nada</translation>
    </message>
    <message>
        <source>marked by the finder: {share}</source>
        <translation>marcado por el detector: {share}</translation>
    </message>
    <message>
        <source>damage, marked by hand</source>
        <translation>daño, marcado a mano</translation>
    </message>
    <message>
        <source>no damage, marked by hand</source>
        <translation>sin daño, marcado a mano</translation>
    </message>
    <message>
        <source>This photo has color already.</source>
        <translation>Esta foto ya tiene color.</translation>
    </message>
    <message>
        <source>This photo is a negative; restore leaves it out.</source>
        <translation>Esta foto es un negativo; restore la omite.</translation>
    </message>
    <message>
        <source>The first of {number} pages; a run and Export color them all.</source>
        <translation>La primera de {number} páginas; un proceso y «Exportar» las colorean todas.</translation>
    </message>
</context>
</TS>
