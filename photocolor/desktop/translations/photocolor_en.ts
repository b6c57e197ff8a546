<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en">
<context>
    <name></name>
    <message numerus="yes">
        <source>%Ln color points</source>
        <translation>
            <numerusform>%Ln color point</numerusform>
            <numerusform>%Ln color points</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln areas</source>
        <translation>
            <numerusform>%Ln area</numerusform>
            <numerusform>%Ln areas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos to look at</source>
        <translation>
            <numerusform>%Ln photo to look at</numerusform>
            <numerusform>%Ln photos to look at</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{number} of %Ln photos</source>
        <translation>
            <numerusform>{number} of %Ln photo</numerusform>
            <numerusform>{number} of %Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos colored in {time}</source>
        <translation>
            <numerusform>%Ln photo colored in {time}</numerusform>
            <numerusform>%Ln photos colored in {time}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
</TS>
